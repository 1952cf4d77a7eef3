"""The user's own `config.yaml`: read, checked as a whole, and said where it is wrong."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from workbench.catalog.model import Prices, RateLimits
from workbench.errors import Problem, SettingsError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Keys = tuple[str, ...]
_Names = Mapping[str, Any]
"""Names that may stand in a mapping, each with those that may stand under it."""
_ANY = "*"  # whatever a user calls it


def read_config(path: Path, shipped: Mapping[str, Any]) -> dict[str, Any]:
    """The providers in the file at `path`, in the shape of models.yaml; none without a file.

    Args:
        path: The user's config file.
        shipped: The providers of models.yaml; what is new beside them has to say where it is.

    Raises:
        SettingsError: The file cannot be used: every problem with path, line and column.
    """
    if not path.is_file():
        return {}
    node, data = read_tree(path)
    wrong = [(*place(node, keys), keys, problem) for keys, problem in _wrong(data, shipped)]
    said = _get(data, "providers")
    names = [*_unheard(("providers",), said, {_ANY: _known(shipped)})] if said else []
    names += [(keys, told) for keys, told in repeated(node) if keys[0] == "providers"]
    wrong += [(*place(node, keys, of_name=True), keys, problem) for keys, problem in names]
    if wrong:
        problems = [
            Problem(path, line, column, f"{'.'.join(keys) or 'the file'}: {problem}")
            for line, column, keys, problem in sorted(wrong)
        ]
        raise SettingsError("\n".join(map(str, problems)), hint=_hint(path))
    return dict((data or {}).get("providers") or {})


def read_tree(path: Path) -> tuple[yaml.Node | None, Any]:
    """A config file's tree, to look places up in, and what it says.

    Raises:
        SettingsError: It is no YAML, or cannot be read.
    """
    try:
        text = path.read_bytes()
        return yaml.compose(text, LOADER), yaml.load(text, LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise SettingsError(f"{path}{where}: {error.problem}", hint=_hint(path)) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        # ValueError: a date like 2026-13-01, or bytes that are no UTF-8.
        said = " ".join(str(error).split())
        raise SettingsError(f"{path}: {said}", hint=_hint(path)) from error


def _hint(path: Path) -> str:
    return f"Mend or remove {path}."


def _wrong(data: object, shipped: Mapping[str, Any]) -> Iterator[tuple[_Keys, str]]:
    """What is wrong, and under which keys. Other names are not looked at."""
    yield from _check((), data, {"providers": _mapping})
    for name, facts in _items(data, "providers"):
        keys = ("providers", name)
        yield from _check(keys, facts, _PROVIDER)
        if name not in shipped and isinstance(facts, Mapping) and not facts.get("base_url"):
            yield keys, "base_url is missing"
        for model, about in _items(facts, "models"):
            yield from _check((*keys, "models", model), about, _MODEL)
            yield from _wrong_prices((*keys, "models", model), about)


def repeated(node: yaml.Node | None) -> Iterator[tuple[_Keys, str]]:
    """The names that are given twice in one mapping of a tree, of which YAML takes the last."""
    seen, todo = set[int](), [(_Keys(), node)]
    while todo:
        keys, at = todo.pop()
        if id(at) in seen:  # an alias stands for it, too
            continue
        seen.add(id(at))
        if isinstance(at, yaml.SequenceNode):
            todo += [((*keys, str(i)), item) for i, item in enumerate(at.value)]
        elif isinstance(at, yaml.MappingNode):
            names = [str(name.value) for name, _ in at.value]
            for name in (name for name, times in Counter(names).items() if times > 1):
                first, _ = at.value[names.index(name)]
                yield (*keys, name), f"given twice; first in line {first.start_mark.line + 1}"
            last = dict(zip(names, (value for _, value in at.value), strict=True))
            todo += [((*keys, name), value) for name, value in last.items()]


def _unheard(keys: _Keys, said: object, known: _Names) -> Iterator[tuple[_Keys, str]]:
    """Names that nobody reads and that are nearly one of those known, or meant for a price."""
    if isinstance(said, list):
        for i, item in enumerate(said):
            yield from _unheard((*keys, str(i)), item, known)
    if not isinstance(said, Mapping) or not known:
        return
    for name, value in ((str(name), value) for name, value in said.items()):
        if (under := known.get(name, known.get(_ANY))) is not None:
            yield from _unheard((*keys, name), value, under)
        elif near := _nearest(name, known, 0 if known == _PRICE else 0.6):
            yield (*keys, name), f"no such name; did you mean {near}?"


def _nearest(name: str, known: _Names, cutoff: float) -> str:
    from difflib import get_close_matches  # most files have nothing that is misspelt

    found = get_close_matches(name.lower(), known, 1, cutoff)
    return found[0] if found else ""


def _known(shipped: Mapping[str, Any]) -> _Names:
    """The names under a provider: those that are read, and all that models.yaml has there."""
    tables: _Names = {"prices": _PRICE, "batch_prices": _PRICE}
    model: _Names = {
        **{name: {} for name in _MODEL},
        **tables,
        "long_context_tiers": {"prompt_tokens_above": {}, **tables},
    }
    provider: _Names = {name: {} for name in _PROVIDER}
    for facts in shipped.values():
        for about in (facts.get("models") or {}).values():
            model = _both(model, _names(about))
        provider = _both(provider, _names({**facts, "models": None}))
    return {**provider, "models": {_ANY: model}}


def _names(said: object) -> _Names:
    """The names in what is said, at every depth; those of a list's items together."""
    if isinstance(said, list):
        return reduce(_both, map(_names, said), {})
    found = said.items() if isinstance(said, Mapping) else ()
    return {str(name): _names(value) for name, value in found}


def _both(one: _Names, other: _Names) -> _Names:
    return {name: _both(one.get(name, {}), other.get(name, {})) for name in [*one, *other]}


def _wrong_prices(keys: _Keys, model: object) -> Iterator[tuple[_Keys, str]]:
    for table in ("prices", "batch_prices"):
        yield from _check((*keys, table), _get(model, table), _PRICES)
    tiers = _get(model, "long_context_tiers")
    for i, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        at = (*keys, "long_context_tiers", str(i))
        yield from _check(at, tier, {"prompt_tokens_above": _count})
        if isinstance(tier, Mapping) and tier.get("prompt_tokens_above") is None:
            yield at, "prompt_tokens_above is missing"
        for table in ("prices", "batch_prices"):
            yield from _check((*at, table), _get(tier, table), _PRICES)


def _check(
    keys: _Keys, value: object, rules: Mapping[str, Callable[[Any], str]]
) -> Iterator[tuple[_Keys, str]]:
    """What the rules, one for each name, have against a mapping; null is never wrong."""
    if value is None:
        return
    if not isinstance(value, Mapping):
        yield keys, "expected a mapping"
        return
    for name, rule in rules.items():
        if value.get(name) is not None and (problem := rule(value[name])):
            yield (*keys, name), problem


def _mapping(value: object) -> str:
    return "" if isinstance(value, Mapping) else "expected a mapping"


def _texts(value: object) -> str:
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if fits else "expected a list of names"


def _mappings(value: object) -> str:
    fits = isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
    return "" if fits else "expected a list of mappings"


def _text(value: object) -> str:
    # YAML reads an API version without quotes as a date.
    return "" if isinstance(value, str | datetime.date) else f"expected text, not {value!r}"


def _url(value: object) -> str:
    fits = isinstance(value, str) and value.startswith(("http://", "https://"))
    return "" if fits else f"expected a URL like https://host, not {value!r}"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else f"expected true or false, not {value!r}"


def _count(value: object) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return "" if fits else f"expected a number of tokens, not {value!r}"


def _price(value: object) -> str:
    try:
        price = Decimal("NaN" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        price = Decimal("NaN")
    return "" if price.is_finite() and price >= 0 else f"expected USD per million, not {value!r}"


def _tokenizer(value: object) -> str:
    return "" if value in ("classic", "new") else f"expected classic or new, not {value!r}"


def _auth(value: object) -> str:
    key_env = _get(value, "key_env")
    return _mapping(value) or (_text(key_env) if key_env is not None else "")


def _overhead(value: object) -> str:
    if problem := _mapping(value):
        return problem
    counts = [_get(value, "auto_none"), _get(value, "any_tool")]
    return next((problem for n in counts if n is not None and (problem := _count(n))), "")


def _limits(value: object) -> str:
    if problem := _mapping(value):
        return problem
    for name in RateLimits.__slots__:
        number = _get(value, name)
        if number is not None and (type(number) is not int or number < 1):
            return f"expected how many {name} a minute, not {number!r}"
    return ""


def _billing(value: object) -> str:
    credits = _get(value, "credits_per_usd")
    if credits is None or (type(credits) is int and credits > 0):
        return _mapping(value)
    return f"expected how many credits a USD is, not {credits!r}"


def _effort(value: object) -> str:
    levels = _get(value, "levels")
    return _mapping(value) or (_texts(levels) if levels is not None else "")


_PROVIDER: Mapping[str, Callable[[Any], str]] = {
    "base_url": _url,
    "key_env": _text,
    "api_version": _text,
    "auth": _auth,
    "api_versions": _mapping,
    "endpoints": _mapping,
    "undocumented_fields": _texts,
    "prices_from": _text,
    "count_tokens": _flag,
    "estimated_credits_header": _text,
    "retry": _mapping,
    "billing": _billing,
    "models": _mapping,
}
_MODEL: Mapping[str, Callable[[Any], str]] = {
    "id": _text,
    "display_name": _text,
    "status": _text,
    "retires": _mapping,
    "aliases": _texts,
    "context_window": _count,
    "max_output": _count,
    "min_cacheable_tokens": _count,
    "tokenizer": _tokenizer,
    "tool_prompt_overhead": _overhead,
    "rate_limits": _limits,
    "long_context_tiers": _mappings,
    "capabilities": _mapping,
    "thinking": _mapping,
    "effort": _effort,
}
_PRICES: Mapping[str, Callable[[Any], str]] = dict.fromkeys(Prices.__slots__, _price)
_PRICE: _Names = {name: {} for name in _PRICES}


def _get(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _items(value: object, key: str) -> list[tuple[str, Any]]:
    inner = _get(value, key)
    return [(str(k), v) for k, v in inner.items()] if isinstance(inner, Mapping) else []


def place(node: yaml.Node | None, keys: _Keys, *, of_name: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of the value under `keys`, or of what comes nearest to it.

    Args:
        of_name: Rather of the last key's own name.
    """
    at = node
    for key in keys:
        if isinstance(node, yaml.SequenceNode):
            at = node = node.value[int(key)]
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == key]
            if not found:
                break
            name, node = found[-1]
            at = name if of_name else node
    return (at.start_mark.line + 1, at.start_mark.column + 1) if at else (1, 1)
