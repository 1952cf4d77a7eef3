"""Rules on thinking and effort: 11 to 15."""

from __future__ import annotations

from workbench.simulator.asked import Asked

_LEAST_TOP_P = 0.95
_LEAST_BUDGET = 1024
_MANUAL = (
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and '
    '"output_config.effort" to control thinking behavior.'
)


def sampling(asked: Asked) -> str | None:
    """11: With thinking on, sampling is left alone."""
    if asked.thinking == "disabled":
        return None
    if asked.temperature != 1:
        return "`temperature` may only be set to 1 when thinking is enabled."
    if "top_k" in asked.body:
        return "`top_k` must be unset when thinking is enabled."
    if asked.body.get("top_p", 1) < _LEAST_TOP_P:
        return "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."
    return None


def kind(asked: Asked) -> str | None:
    """12: The model knows this kind of thinking."""
    wanted, accepted = asked.body.get("thinking"), asked.model.thinking.get("accepts")
    if wanted is None or accepted is None:
        return None
    if wanted["type"] == "disabled":
        return _disabled(asked, accepted)
    if wanted["type"] in accepted:
        return None
    if wanted["type"] == "adaptive":
        return "adaptive thinking is not supported on this model"
    if wanted["type"] == "enabled" and "adaptive" in accepted:
        return _MANUAL
    return f'"thinking.type.{wanted["type"]}" is not supported for this model.'


def _disabled(asked: Asked, accepted: list[str]) -> str | None:
    if accepted and "disabled" not in accepted:
        return '"thinking.type.disabled" is not supported for this model.'
    levels = asked.model.effort_levels or ()
    most = asked.model.thinking.get("disabled_max_effort")
    if most in levels and asked.effort in levels[levels.index(most) + 1 :]:
        return (
            f'"thinking.type.disabled" is not supported for this model with effort '
            f'"{asked.effort}".'
        )
    return None


def budget(asked: Asked) -> str | None:
    """13: A thinking budget is at least the minimum and below `max_tokens`."""
    if asked.thinking != "enabled":
        return None
    tokens = asked.body["thinking"]["budget_tokens"]
    least = asked.model.thinking.get("min_budget", _LEAST_BUDGET)
    if tokens < least:
        return f"thinking.enabled.budget_tokens: Input should be greater than or equal to {least}"
    if not asked.counting and asked.body["max_tokens"] and tokens >= asked.body["max_tokens"]:
        return "`max_tokens` must be greater than `thinking.budget_tokens`."
    return None


def effort(asked: Asked) -> str | None:
    """14: The model knows effort, and this level of it."""
    levels = asked.model.effort_levels
    if asked.effort is None or levels is None or asked.effort in levels:
        return None
    if not levels:
        return "This model does not support the effort parameter."
    *others, last = (f"'{level}'" for level in levels)
    return f"output_config.effort: Input should be {', '.join(others)} or {last}"


def forced_tool(asked: Asked) -> str | None:
    """15: A tool cannot be forced on manual thinking, nor on models that always think."""
    if not asked.forced:
        return None
    if asked.thinking == "enabled":
        return "Thinking may not be enabled when tool_choice forces tool use."
    if asked.model.capabilities.get("forced_tool_choice") is False:
        return "tool_choice: forced tool use is not supported for this model."
    return None
