"""What a model at a provider would refuse, foreseen from the catalog.

Pure: a body and facts in, findings out; run it on bodies of the right shape only. What the catalog
does not know is not foreseen. Source: messages-api.md sections 3, 4, 6, 7, 16 and 24.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalog.model import Model
from workbench.catalog.profile import Profile
from workbench.documents.finding import Finding, Keys, named, nearest, nearest_hint
from workbench.documents.missing import missing_findings
from workbench.wire.request import SAMPLING_FIELDS

WITHOUT_SAMPLING = "2026-10-21"
"""From this API version on, sampling fields are refused on every model."""

ROOM_TO_THINK = 2_048
"""Below this many output tokens, thinking may use all of them. Source: section 26, trap 35."""

_DEFAULTS: Mapping[str, tuple[float, ...]] = {"temperature": (1,), "top_p": (1, 0.99), "top_k": ()}
Body = Mapping[str, Any]


def foresight_findings(
    body: Body, model: Model | None, profile: Profile, names: tuple[str, ...]
) -> Iterator[Finding]:
    """What this provider would refuse in this body, or what may surprise.

    Args:
        model: The body's model as the catalog knows it.
        names: The models that the provider lists.
    """
    yield from missing_findings(body, model, profile)
    yield from named("api-version", _version(body, profile))
    if model is None:
        name = str(body.get("model", ""))
        problem = f"the model `{name}` is not in the catalog, so its price and limits are unknown"
        hint = _meant(name, names) or "Spelled right? Then it is newer than ours, and may answer."
        yield Finding(("model",), problem, hint, "warning", rule="unknown-model")
        return
    yield from named("unlisted-model", _unlisted(body, model, names))
    yield from named("model-lifecycle", _lifecycle(body, model))
    yield from named("max-output", _max_tokens(body, model))
    yield from named("room-to-think", _room_to_think(body, model))
    yield from named("sampling", () if _is_new(profile) else _sampling(body, model))
    yield from named("thinking", _thinking(body, model))
    yield from named("effort", _effort(body, model))
    yield from named("forced-tool", _forced_tools(body, model))
    yield from named("system-role", _roles(body, model))
    yield from named("prefill", _prefill(body, model))


def _version(body: Body, profile: Profile) -> Iterator[Finding]:
    """What the API version refuses on any model. Source: messages-api.md section 3."""
    version, known = profile.api_version, profile.api_versions
    if known and version not in known:
        problem = f"{profile.name} is not known to take API version {version}"
        yield Finding(("api_version",), problem, f"It takes: {', '.join(known)}.")
    if _is_new(profile):
        yield from _sampling_at_all(body, profile)
        for index, message in enumerate(body["messages"]):
            yield from _moved_blocks(("messages", index, "content"), message, version)


def _moved_blocks(keys: Keys, message: Mapping[str, Any], version: str) -> Iterator[Finding]:
    content, role = message.get("content"), message.get("role")
    for index, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, Mapping) and (role, block.get("type")) == ("assistant", "document"):
            problem = f"a document in an assistant message is refused by API version {version}"
            yield Finding((*keys, index), problem, "Move it into a user message.")
    if role == "user":
        problem = f"citations of a user's text are refused by API version {version}"
        for here in _cited(keys, content):
            yield Finding(here, problem, "Leave them out.", at_key=True)


def _cited(keys: Keys, content: Any) -> Iterator[Keys]:
    """The citations of text blocks, here and in what was found."""
    for index, block in enumerate(content if isinstance(content, list) else ()):
        if not isinstance(block, Mapping):
            continue
        if block.get("type") == "text" and block.get("citations"):
            yield (*keys, index, "citations")
        if block.get("type") in ("tool_result", "search_result"):
            yield from _cited((*keys, index, "content"), block.get("content"))


def _meant(name: str, names: tuple[str, ...]) -> str:
    """Which listed model was probably meant, if one looks like it."""
    return f"Did you mean `{found}`?" if (found := nearest(name, names)) else ""


def _unlisted(body: Body, model: Model, names: tuple[str, ...]) -> Iterator[Finding]:
    name, provider = str(body["model"]), model.provider
    if model.name not in names:
        problem = f"{provider} does not list the model `{name}`; its price there is unknown"
        if not names:
            problem = f"what `{name}` costs at {provider} is not known"
        hint = _meant(name, names) or "It may still answer; no cost is shown then."
        yield Finding(("model",), problem, hint, "warning")


def _lifecycle(body: Body, model: Model) -> Iterator[Finding]:
    name = str(body["model"])
    if model.status in ("deprecated", "retired", "limited"):
        until = f"; it goes away on {model.retires}" if model.retires else ""
        words = "limited to approved customers" if model.status == "limited" else model.status
        yield Finding(
            ("model",),
            f"the model `{name}` is {words}{until}",
            "Choose another, if you can.",
            "warning",
        )


def _max_tokens(body: Body, model: Model) -> Iterator[Finding]:
    asked, most = body["max_tokens"], model.max_output
    if most is not None and asked > most:
        problem = (
            f"max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens "
            f"for {model.id}" + (f" at {model.provider}" if model.provider != "anthropic" else "")
        )
        yield Finding(("max_tokens",), problem, f"At most {most}.")


def _room_to_think(body: Body, model: Model) -> Iterator[Finding]:
    """Source: messages-api.md sections 7 and 26, trap 35."""
    asked = body["max_tokens"]
    unasked = "thinking" not in body and model.thinking.get("default") in ("on", "always")
    if unasked and 0 < asked < ROOM_TO_THINK:
        problem = (
            f"{model.id} thinks before it answers, and `max_tokens: {asked}` may leave no text"
        )
        legal = "disabled" in (model.thinking.get("accepts") or ())
        hint = f"Give it {ROOM_TO_THINK} or more" + (
            ", or `thinking: {type: disabled}`." * legal or "."
        )
        yield Finding(("max_tokens",), problem, hint, "warning")


def _is_new(profile: Profile) -> bool:
    return profile.api_version >= WITHOUT_SAMPLING


def _sampling_at_all(body: Body, profile: Profile) -> Iterator[Finding]:
    for name in SAMPLING_FIELDS:
        if name in body:
            problem = f"`{name}` is refused by API version {profile.api_version}"
            yield Finding((name,), problem, "Leave it out.", at_key=True)


def _sampling(body: Body, model: Model) -> Iterator[Finding]:
    if model.sampling == "default_only":
        for name, defaults in _DEFAULTS.items():
            if name in body and body[name] not in defaults:
                problem = f"{model.id} takes no `{name}` but its default"
                yield Finding((name,), problem, "Leave it out.", at_key=True)
        return
    if model.sampling == "xor" and "temperature" in body and "top_p" in body:
        problem = f"`temperature` and `top_p` cannot both be specified for {model.id}"
        yield Finding(("top_p",), problem, "Use only one.", at_key=True)
    if _thinks(body, model):
        yield from _sampling_while_thinking(body)


def _sampling_while_thinking(body: Body) -> Iterator[Finding]:
    hint = "Leave it out, or switch thinking off."
    if body.get("temperature", 1) != 1:
        yield Finding(
            ("temperature",), "`temperature` may only be set to 1 when thinking is enabled", hint
        )
    if "top_k" in body:
        yield Finding(("top_k",), "`top_k` may not be set when thinking is enabled", hint)
    if not 0.95 <= body.get("top_p", 1) <= 1:
        yield Finding(("top_p",), "`top_p` has to be 0.95 to 1 when thinking is enabled", hint)


def _thinks(body: Body, model: Model) -> bool:
    kind = (body.get("thinking") or {}).get("type")
    if kind is None:
        return model.thinking.get("default") in {"on", "always"}
    return bool(kind != "disabled")


def _thinking(body: Body, model: Model) -> Iterator[Finding]:
    thinking = body.get("thinking")
    if not thinking:
        return
    kind, accepts = thinking.get("type"), model.thinking.get("accepts")
    if accepts is not None and kind not in accepts:
        hint = f"It takes: {', '.join(accepts)}." if accepts else "Leave `thinking` out."
        problem = f"thinking of type `{kind}` is not supported by {model.id} at {model.provider}"
        yield Finding(("thinking", "type"), problem, hint)
    elif kind == "enabled":
        yield from _budget(body, thinking, int(model.thinking.get("min_budget") or 1024))
    elif kind == "disabled" and (highest := model.thinking.get("disabled_max_effort")):
        yield from _effort_without_thinking(body, model, str(highest))


def _budget(body: Body, thinking: Mapping[str, Any], least: int) -> Iterator[Finding]:
    budget = thinking.get("budget_tokens")
    if budget is None:
        yield Finding(
            ("thinking",), "thinking of type `enabled` needs `budget_tokens`", f"At least {least}."
        )
    elif not least <= budget < body["max_tokens"]:
        problem = f"`thinking.budget_tokens` is {budget}, not {least} to below `max_tokens`"
        yield Finding(
            ("thinking", "budget_tokens"), problem, f"`max_tokens` is {body['max_tokens']}."
        )


def _effort_without_thinking(body: Body, model: Model, highest: str) -> Iterator[Finding]:
    levels, effort = model.effort_levels or (), (body.get("output_config") or {}).get("effort")
    if effort in levels and highest in levels and levels.index(effort) > levels.index(highest):
        problem = f"{model.id} cannot switch thinking off at effort `{effort}`"
        yield Finding(("output_config", "effort"), problem, f"At most `{highest}`.")


def _effort(body: Body, model: Model) -> Iterator[Finding]:
    effort, levels = (body.get("output_config") or {}).get("effort"), model.effort_levels
    if effort is None or levels is None or effort in levels:
        return
    keys = ("output_config", "effort")
    if not levels:
        yield Finding(keys, f"{model.id} does not support the effort parameter", "Leave it out.")
    else:
        problem = f"{model.id} knows no effort `{effort}`"
        yield Finding(keys, problem, nearest_hint(str(effort), levels))


def _forced_tools(body: Body, model: Model) -> Iterator[Finding]:
    if (body.get("tool_choice") or {}).get("type") not in {"any", "tool"}:
        return
    keys = ("tool_choice", "type")
    if model.capabilities.get("forced_tool_choice") is False:
        yield Finding(keys, f"{model.id} cannot be forced to call a tool", "Use `auto`.")
    elif (body.get("thinking") or {}).get("type") == "enabled":
        problem = "a tool cannot be forced while thinking is of type `enabled`"
        yield Finding(keys, problem, "Use `auto`, or leave `thinking` out.")


def _roles(body: Body, model: Model) -> Iterator[Finding]:
    if model.capabilities.get("mid_conversation_system") is not False:
        return
    for index, message in enumerate(body["messages"]):
        if message.get("role") == "system":
            problem = f"{model.id} takes no `system` role inside `messages`"
            yield Finding(("messages", index, "role"), problem, "Use `system:` at the top.")


def _prefill(body: Body, model: Model) -> Iterator[Finding]:
    text = _prefilled(body)
    if text is None:
        return
    keys = ("messages", len(body["messages"]) - 1)
    if model.capabilities.get("prefill") is False:
        problem = f"{model.id} does not support assistant message prefill"
        yield Finding(keys, problem, "The conversation must end with a user message.")
        return
    if text != text.rstrip():
        yield Finding(
            keys, "final assistant content cannot end with trailing whitespace", "Trim it."
        )
    if _thinks(body, model):
        yield Finding(
            keys, "an answer cannot be prefilled while thinking is enabled", "Remove one."
        )
    if "format" in (body.get("output_config") or {}):
        yield Finding(
            keys, "an answer cannot be prefilled with `output_config.format`", "Remove one."
        )


def _prefilled(body: Body) -> str | None:
    """The text that the last message puts into the model's mouth.

    A turn that was paused while the provider ran tools is sent back as it is, and is none.
    """
    last = body["messages"][-1]
    content = last.get("content")
    if last.get("role") != "assistant" or isinstance(content, str):
        return content if last.get("role") == "assistant" else None
    blocks = [block for block in content or () if isinstance(block, Mapping)]
    if any(block.get("type") == "server_tool_use" for block in blocks):
        return None
    return next((str(b["text"]) for b in reversed(blocks) if "text" in b), "")
