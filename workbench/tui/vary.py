"""New variants from old ones, with other temperatures, models or efforts. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Model
from workbench.documents.amend import BASE
from workbench.errors import SettingsError

EFFORT = "output_config.effort"
_SAMPLING = ("temperature", "top_p", "top_k")
_HOTTEST = 1


@dataclass(frozen=True, slots=True)
class New:
    """A variant to be added: its name, and what it does otherwise than the one it is like."""

    name: str
    changes: Mapping[str, Any]


def copied(like: str, taken: Collection[str]) -> New:
    """A copy, under the next free name."""
    names = (f"{like}-{number}" for number in itertools.count(2))
    return New(next(name for name in names if name not in taken), {})


def with_temperatures(like: str, values: Sequence[float], taken: Collection[str]) -> list[New]:
    """One for each temperature: `t0.5`, or `terse-t0.5` where it is like `terse`."""
    return _named(like, ((f"t{value:g}", {"temperature": value}) for value in values), taken)


def with_models(
    like: str, models: Sequence[Model], body: Mapping[str, Any], taken: Collection[str]
) -> list[New]:
    """One for each model: `haiku-5-5`. What a model does not take is taken out of its request.

    Args:
        body: What the variant that they are like sends.
    """
    made = []
    for model in models:
        changes: dict[str, Any] = {"model": model.name}
        if model.sampling == "default_only":
            changes |= dict.fromkeys(name for name in _SAMPLING if body.get(name) is not None)
        made.append((model.name.removeprefix("claude-"), changes))
    return _named(like, made, taken)


def with_efforts(like: str, levels: Sequence[str], taken: Collection[str]) -> list[New]:
    """One for each effort: `effort-low`."""
    return _named(like, ((f"effort-{level}", {EFFORT: level}) for level in levels), taken)


def read_temperatures(text: str) -> list[float]:
    """Temperatures as people write them: `0, 0.5, 1`.

    Raises:
        SettingsError: One is none, or there is none.
    """
    values: list[float] = []
    for word in text.replace(",", " ").split():
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not 0 <= value <= _HOTTEST:
            raise SettingsError(f"{word!r} is no temperature", hint="Write numbers from 0 to 1.")
        values.append(int(value) if value == int(value) else value)
    if not values:
        raise SettingsError("a temperature is wanted", hint="Write some, as in 0, 0.5, 1.")
    return list(dict.fromkeys(values))


def _named(
    like: str, made: Iterable[tuple[str, Mapping[str, Any]]], taken: Collection[str]
) -> list[New]:
    """Each with a name that is free."""
    used, result = set(taken), []
    for word, changes in made:
        name = word if like == BASE else f"{like}-{word}"
        if name in used:
            name = copied(name, used).name
        used.add(name)
        result.append(New(name, changes))
    return result
