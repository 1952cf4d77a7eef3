"""What completion knows beside the text: of the prompt, and of the provider it is sent to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a prompt and of the world that it is sent to.

    Args:
        models: The models of the provider.
        variables: The variables of the prompt, those that are used and those with a default.
        tools: The names of its tools.
    """

    models: Sequence[str] = ()
    variables: Sequence[str] = ()
    tools: Sequence[str] = ()
