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
        api_version: The `anthropic-version` header, where a variant names no other.
        api_versions: Those it is known to accept; empty where that is not known.
        count_tokens: Whether it is known to have `/v1/messages/count_tokens`.
        undocumented_fields: Request fields that its documentation does not name.
        prices_from: The provider whose models and prices it is billed by; itself, usually.
        retry_after: Whether its `retry-after` header is to be trusted.
        reset_header: The header that says, in Unix seconds, when a rate limit is lifted.
        estimated_credits_header: The header that says, before the answer begins, what it will
            cost at most, in credits; empty where there is none.
        credits_per_usd: What a credit is.
        simulated: Whether its answers are made up on this machine.
    """

    name: str
    base_url: str = ""
    key_env: str = ""
    api_version: str = API_VERSION
    api_versions: tuple[str, ...] = ()
    count_tokens: bool = False
    undocumented_fields: tuple[str, ...] = ()
    prices_from: str = ""
    retry_after: bool = True
    reset_header: str = ""
    estimated_credits_header: str = ""
    credits_per_usd: int = 1_000_000
    simulated: bool = False

    @classmethod
    def of(cls, name: str, data: Mapping[str, Any]) -> Profile:
        """The profile that models.yaml, or the user's config file, gives under `name`.

        A user writes `key_env`, `api_version`, `count_tokens` and `estimated_credits_header`
        directly under the name; where models.yaml keeps them deeper, the direct one wins.
        """
        auth, versions = data.get("auth") or {}, data.get("api_versions") or {}
        counts = (data.get("endpoints") or {}).get("count_tokens")
        retry, billing = data.get("retry") or {}, data.get("billing") or {}
        return cls(
            name=name,
            base_url=str(data.get("base_url") or "").rstrip("/"),
            key_env=str(data.get("key_env") or auth.get("key_env") or ""),
            api_version=str(
                data.get("api_version") or versions.get("default_for_us") or API_VERSION
            ),
            api_versions=tuple(map(str, versions.get("supported") or ())),
            count_tokens=bool(data.get("count_tokens", counts)),
            undocumented_fields=tuple(data.get("undocumented_fields") or ()),
            prices_from=str(data.get("prices_from") or name),
            retry_after=bool(retry.get("respects_retry_after", True)),
            reset_header=str(retry.get("reset_header") or "").lower(),
            estimated_credits_header=_header(data.get("estimated_credits_header")),
            credits_per_usd=int(billing.get("credits_per_usd") or 1_000_000),
        )


def _header(told: object) -> str:
    """A header's name: as the user wrote it, or what models.yaml documents or else guesses."""
    if isinstance(told, Mapping):
        told = told.get("documented") or told.get("guess")
    return str(told or "").lower()


SIMULATOR_PROFILE = Profile(
    SIMULATOR,
    api_versions=("2023-06-01", "2026-10-21"),
    count_tokens=True,
    prices_from="anthropic",
    simulated=True,
)
