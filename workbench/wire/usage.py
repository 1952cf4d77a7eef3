"""Usage: what one request was billed for. Source: messages-api.md sections 12 and 13.3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.wire.events import Json


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request was billed for: counts of tokens, never estimates.

    The three input counts are disjoint: `input_tokens` counts only what follows the last cache
    breakpoint. The counts are kept as the provider gave them, unknown ones included; a count
    that it never gave is None, which is not 0.
    """

    counts: Json = field(default_factory=dict)

    def updated(self, counts: Mapping[str, Any]) -> Usage:
        """This usage with what a later event said. Totals replace, they are never added."""
        said = {key: value for key, value in counts.items() if value is not None}
        return Usage({**self.counts, **said}) if said else self

    @property
    def known(self) -> bool:
        """Whether the provider has said anything yet."""
        return bool(self.counts)

    @property
    def input_tokens(self) -> int | None:
        """Input tokens neither read from nor written to the cache."""
        return self._count("input_tokens")

    @property
    def output_tokens(self) -> int | None:
        """Output tokens, thinking included. Before the stream ends this is a placeholder."""
        return self._count("output_tokens")

    @property
    def cache_read_input_tokens(self) -> int | None:
        """Input tokens read from the cache."""
        return self._count("cache_read_input_tokens")

    @property
    def cache_creation_input_tokens(self) -> int | None:
        """Input tokens written to the cache, at any lifetime."""
        return self._count("cache_creation_input_tokens")

    @property
    def cache_write_5m_tokens(self) -> int | None:
        """Of the tokens written, those for five minutes; None where the split is not given."""
        return self._creation("ephemeral_5m_input_tokens")

    @property
    def cache_write_1h_tokens(self) -> int | None:
        """Of the tokens written, those for an hour; None where the split is not given."""
        return self._creation("ephemeral_1h_input_tokens")

    @property
    def thinking_tokens(self) -> int | None:
        """Of the output tokens, those spent on thinking; None where not said."""
        details = self.counts.get("output_tokens_details")
        value = details.get("thinking_tokens") if isinstance(details, Mapping) else None
        return value if isinstance(value, int) else None

    @property
    def web_search_requests(self) -> int:
        """Web searches that the provider ran and bills."""
        tools = self.counts.get("server_tool_use")
        value = tools.get("web_search_requests") if isinstance(tools, Mapping) else None
        return value if isinstance(value, int) else 0

    @property
    def prompt_tokens(self) -> int | None:
        """The whole prompt: the three disjoint input counts together."""
        if self.input_tokens is None:
            return None
        read, written = self.cache_read_input_tokens, self.cache_creation_input_tokens
        return self.input_tokens + (read or 0) + (written or 0)

    def _count(self, key: str) -> int | None:
        value = self.counts.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _creation(self, key: str) -> int | None:
        split = self.counts.get("cache_creation")
        value = split.get(key) if isinstance(split, Mapping) else None
        return value if isinstance(value, int) else None
