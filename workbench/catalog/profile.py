"""A provider's profile: where it is, how it is spoken to, what it lacks. Source: models.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

API_VERSION = "2023-06-01"
SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Profile:
    """One provider of the Messages API.

    Args:
        name: What the user calls it.
        base_url: Where it answers; empty for the simulator, which is started on a free port.
        key_env: The environment variable that holds its key; empty where none is needed.
        api_version: The `anthropic-version` header.
        count_tokens: Whether it is known to have `/v1/messages/count_tokens`.
        undocumented_fields: Request fields that its documentation does not name.
        prices_from: The provider whose models and prices it is billed by; itself, usually.
        simulated: Whether its answers are made up on this machine.
    """

    name: str
    base_url: str = ""
    key_env: str = ""
    api_version: str = API_VERSION
    count_tokens: bool = False
    undocumented_fields: tuple[str, ...] = ()
    prices_from: str = ""
    simulated: bool = False

    @classmethod
    def of(cls, name: str, data: Mapping[str, Any]) -> Profile:
        """The profile that models.yaml, or the user's config file, gives under `name`.

        A user writes `key_env`, `api_version` and `count_tokens` directly under the name; where
        models.yaml keeps them deeper, the direct one wins.
        """
        auth, versions = data.get("auth") or {}, data.get("api_versions") or {}
        counts = (data.get("endpoints") or {}).get("count_tokens")
        return cls(
            name=name,
            base_url=str(data.get("base_url") or "").rstrip("/"),
            key_env=str(data.get("key_env") or auth.get("key_env") or ""),
            api_version=str(
                data.get("api_version") or versions.get("default_for_us") or API_VERSION
            ),
            count_tokens=bool(data.get("count_tokens", counts)),
            undocumented_fields=tuple(data.get("undocumented_fields") or ()),
            prices_from=str(data.get("prices_from") or name),
        )


SIMULATOR_PROFILE = Profile(SIMULATOR, count_tokens=True, prices_from="anthropic", simulated=True)
