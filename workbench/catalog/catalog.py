"""The catalog itself: models.yaml with the user's config.yaml laid over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workbench.catalog.config import LOADER, read_config
from workbench.catalog.config_file import config_file
from workbench.catalog.model import Model
from workbench.catalog.profile import SIMULATOR, SIMULATOR_PROFILE, Profile
from workbench.errors import SettingsError

_DATED = re.compile(r"-\d{8}$")


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models and profiles known. Make one with `catalog()`."""

    as_of: str
    profiles: Mapping[str, Profile]
    models: Mapping[str, Mapping[str, Model]]
    _found: dict[tuple[str, str], Model | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def profile(self, name: str) -> Profile:
        """The profile of this name.

        Raises:
            SettingsError: There is none.
        """
        found = self.profiles.get(name)
        if found is None:
            known = ", ".join(self.profiles)
            raise SettingsError(
                f"no provider is called {name!r}",
                hint=f"Known: {known}. Add your own to {config_file()}.",
            )
        return found

    def model(self, provider: str, name: str) -> Model | None:
        """The model that `name` means at `provider`: exact id, alias, then id without its date.

        A model that this provider does not list, but Anthropic does, is known with its facts
        and without any price. A model that nobody lists is None.
        """
        named = provider, name
        if named not in self._found:  # asked for with every frame of every pane
            self._found[named] = self._model(provider, name)
        return self._found[named]

    def _model(self, provider: str, name: str) -> Model | None:
        billed_by = self.profiles[provider].prices_from if provider in self.profiles else provider
        if (own := _find(self.models.get(billed_by, {}), name)) is not None:
            return own if billed_by == provider else replace(own, provider=provider)
        upstream = _find(self.models.get("anthropic", {}), name)
        if upstream is None:
            return None
        blank = Model(upstream.id, upstream.name, provider)
        return replace(
            upstream,
            provider=provider,
            prices=blank.prices,
            batch_prices=blank.batch_prices,
            tiers=(),
            rate_limits=None,
        )

    def names(self, provider: str) -> tuple[str, ...]:
        """The models that `provider` lists, by the names they are listed under."""
        billed_by = self.profiles[provider].prices_from if provider in self.profiles else provider
        return tuple(self.models.get(billed_by, {}))


def _find(models: Mapping[str, Model], name: str) -> Model | None:
    by_name = {alias: model for model in models.values() for alias in model.names}
    return by_name.get(name) or by_name.get(_DATED.sub("", name))


@cache
def catalog() -> Catalog:
    """The catalog, read once.

    Raises:
        SettingsError: The user's config file cannot be used.
    """
    shipped = yaml.load(Path(__file__).with_name("models.yaml").read_bytes(), LOADER)
    providers = _merged(shipped["providers"], read_config(config_file(), shipped["providers"]))
    models = {
        provider: {
            name: Model.of(provider, name, data)
            for name, data in (facts.get("models") or {}).items()
        }
        for provider, facts in providers.items()
    }
    profiles = {name: Profile.of(name, facts) for name, facts in providers.items()}
    profiles[SIMULATOR] = SIMULATOR_PROFILE
    return Catalog(str(shipped["as_of"]), profiles, models)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `under`, mapping by mapping."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = _merged(below, value) if both else value  # type: ignore[arg-type]
    return result
