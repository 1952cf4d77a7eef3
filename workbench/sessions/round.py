"""What a round is, apart from its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RoundInfo:
    """All that was the same for every run of a round, saved so that it can be run again.

    Args:
        round_id: Names the round.
        began: UTC, ISO 8601.
        prompt: The prompt's name or path, as the user knows it.
        documents: Path -> text of every file that went into the round, as it stood.
        provider: The profile's name.
        base_url: Where the requests went. Never holds a key.
        api_version: The `anthropic-version` sent.
        simulated: Whether the answers are the simulator's.
        values: Variable -> the value that filled it.
        concurrency: How many runs were sent at a time.
        note: The user's own words, if any.
        origin: What it was sent again from: the name of a session, and a round of it.
        resumes: The round of this session of which it sends what was missing, or a run again;
            empty usually.
        redacted: The variables whose values were masked when it was recorded.
        redacted_tools: Whether what tools were given and gave was masked, too.
    """

    round_id: str
    began: str
    prompt: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    base_url: str = ""
    api_version: str = ""
    simulated: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    concurrency: int = 1
    note: str = ""
    origin: str = ""
    resumes: str = ""
    redacted: Sequence[str] = ()
    redacted_tools: bool = False

    @property
    def root(self) -> str:
        """The round that it is part of: itself, or the one that it resumes."""
        return self.resumes or self.round_id

    @property
    def masked(self) -> str:
        """What was masked when it was recorded, in words; empty where nothing was."""
        tools = ("tools",) * self.redacted_tools
        return ", ".join((*self.redacted, *tools))

    def to_json(self) -> dict[str, Any]:
        """The fields by name, as they are saved."""
        return asdict(self)
