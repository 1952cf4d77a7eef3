"""The rules in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable

from workbench.simulator.asked import Asked
from workbench.simulator.rules import (
    caching,
    conversation,
    parameters,
    size,
    texts,
    thinking,
    tools,
)

Rule = Callable[[Asked], str | None]

RULES: tuple[Rule, ...] = (
    texts.some_message,
    texts.not_empty,
    texts.not_blank,
    texts.system_role,
    parameters.max_tokens,
    parameters.ranges,
    parameters.stop_sequences,
    parameters.temperature_or_top_p,
    parameters.default_sampling,
    thinking.sampling,
    thinking.kind,
    thinking.budget,
    thinking.effort,
    thinking.forced_tool,
    conversation.prefill,
    conversation.prefill_blank,
    conversation.prefill_alone,
    conversation.calls_answered,
    conversation.results_asked_for,
    conversation.results_first,
    tools.names,
    tools.schemas,
    tools.unique_names,
    tools.choice,
    caching.at_most_four,
    caching.hours_first,
    caching.not_on_empty,
    caching.automatic_agrees,
    size.prompt_fits,
    size.answer_fits,
    parameters.pre_warm,
    parameters.version,
    texts.of_the_new_version,
)


def refusal(asked: Asked) -> str | None:
    """Why the API would refuse this request, in its words; None where it would not."""
    return next((why for rule in RULES if (why := rule(asked)) is not None), None)
