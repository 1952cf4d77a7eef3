"""What a rule says of a request that breaks it, where words alone do not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a request is refused.

    Args:
        message: In the API's words.
        code: `error.details.error_code` at Anthropic, `error.code` at ByteSpike.
        details: What stands in `error.details` beside the code.
    """

    message: str
    code: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
