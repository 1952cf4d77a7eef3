"""The rules in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable

from workbench.simulator.asked import Asked
from workbench.simulator.rules import (
    caching,
    conversation,
    images,
    parameters,
    size,
    structured,
    texts,
    thinking,
    thoughts,
    tools,
)
from workbench.simulator.rules.wrong import Wrong

Rule = Callable[[Asked], str | Wrong | None]

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
    tools.examples,
    tools.served,
    tools.unique_names,
    tools.choice,
    caching.at_most_four,
    caching.hours_first,
    caching.not_on_empty,
    caching.on_the_last_piece,
    caching.automatic_agrees,
    images.few_pages,
    size.prompt_fits,
    size.answer_fits,
    parameters.pre_warm,
    thoughts.unedited,
    thoughts.thought_first,
    images.few,
    images.light,
    images.readable,
    images.small,
    structured.supported,
    structured.subset,
    structured.compilable,
    parameters.version,
    parameters.geography,
    parameters.speed,
    texts.of_the_new_version,
)


def refusal(asked: Asked) -> Wrong | None:
    """Why the API would refuse this request, in its words; None where it would not."""
    why = next((why for rule in RULES if (why := rule(asked)) is not None), None)
    return Wrong(why) if isinstance(why, str) else why
