"""A results file of promptfoo: one evaluation, as a session of one round.

A variant is a prompt with a provider, a case is a test. Versions 2 and 3 of the file have the same
`results`; only what stands beside them differs. Source: promptfoo 0.123, EvaluateSummaryV2 and V3.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from workbench.sessions.foreign.blocks import Blocks, call_block, text_block
from workbench.sessions.foreign.shape import (
    ForeignRun,
    ForeignSession,
    count,
    json_in,
    seconds,
    when,
)
from workbench.wire.request import finite

PROGRAM = "promptfoo"
_FAILED = 2  # `failureReason`: 1 is an assertion that failed, 2 is an error
_SHORT = 40
_PLACED = ("vars", "prompt", "latencyMs", "cost")


def evaluation_in(whole: Any) -> ForeignSession | None:
    """The evaluation that a results file holds; None where it is no such file."""
    outer = whole if isinstance(whole, Mapping) else {}
    told = outer.get("results")
    inner = told if isinstance(told, Mapping) else outer
    results = inner.get("results")
    if not isinstance(results, list) or not all(map(_is_result, results)):
        return None
    config = _mapping(outer.get("config"))
    title = str(config.get("description") or "")
    key = str(outer.get("evalId") or _digest(inner))
    runs = list(_runs(results, when(inner.get("timestamp"))))
    name = title or str(outer.get("evalId") or PROGRAM)
    return ForeignSession(PROGRAM, key, name, title, [runs] if runs else [])


def _is_result(told: Any) -> bool:
    return isinstance(told, Mapping) and ("prompt" in told or "vars" in told)


def _digest(told: Any) -> str:
    return hashlib.sha256(finite(told).encode(errors="surrogatepass")).hexdigest()[:16]


def _runs(results: Sequence[Mapping[str, Any]], began: datetime | None) -> Iterator[ForeignRun]:
    prompts = _Names("prompt")
    providers = {_provider(result) for result in results}
    tests = _Names("test")
    repeats: dict[tuple[str, str], int] = {}
    for result in results:
        variant = prompts.name(_template(result), _label(result))
        if len(providers) > 1:
            variant = f"{variant}/{_provider(result)}"
        case = tests.name(_test(result), _description(result))
        repeats[variant, case] = repeat = repeats.get((variant, case), 0) + 1
        yield _run(result, began, variant, case, repeat)


class _Names:
    """Names for what has none, or one that is too long: each its own."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._names: dict[str, str] = {}

    def name(self, key: str, told: str) -> str:
        """The name of what is known by `key`."""
        if key not in self._names:
            short = " ".join(told.split())
            fits = short and len(short) <= _SHORT and short not in self._names.values()
            self._names[key] = short if fits else f"{self._word}-{len(self._names) + 1}"
        return self._names[key]


def _run(
    result: Mapping[str, Any], began: datetime | None, variant: str, case: str, repeat: int
) -> ForeignRun:
    response = _mapping(result.get("response"))
    model = _mapping(result.get("provider")).get("id") or result.get("provider") or ""
    values = _mapping(result.get("vars"))
    return ForeignRun(
        key=str(result.get("id") or f"{variant} {case} {repeat}"),
        model=str(model),
        body={"model": str(model), **_asked(_raw(result))},
        content=_answer(response.get("output")),
        began=began,
        variant=variant,
        case=case,
        repeat=repeat,
        usage=_usage(response.get("tokenUsage") or result.get("tokenUsage")),
        stop_reason=_text(response.get("finishReason")),
        total_s=seconds(result.get("latencyMs")),
        usd=_usd(result, response),
        problem=_problem(result, response),
        values={str(name): _as_text(value) for name, value in values.items()},
        said=_verdict(result),
        source={
            **{name: value for name, value in result.items() if name not in _PLACED},
            "response": {name: value for name, value in response.items() if name != "output"},
        },
    )


def _provider(result: Mapping[str, Any]) -> str:
    told = result.get("provider")
    named = _mapping(told)
    return str(named.get("label") or named.get("id") or (told if isinstance(told, str) else ""))


def _raw(result: Mapping[str, Any]) -> str:
    prompt = result.get("prompt")
    return _as_text(prompt.get("raw", "") if isinstance(prompt, Mapping) else prompt)


def _label(result: Mapping[str, Any]) -> str:
    prompt = _mapping(result.get("prompt"))
    return str(prompt.get("label") or prompt.get("display") or "")


def _template(result: Mapping[str, Any]) -> str:
    """What tells one prompt from another, whatever filled it."""
    told = result.get("promptId", result.get("promptIdx"))
    return str(told) if told is not None else _label(result)


def _test(result: Mapping[str, Any]) -> str:
    told = result.get("testIdx")
    return str(told) if told is not None else finite(result.get("vars"))


def _description(result: Mapping[str, Any]) -> str:
    return str(
        result.get("description") or _mapping(result.get("testCase")).get("description") or ""
    )


def _asked(raw: str) -> dict[str, Any]:
    """A prompt as promptfoo sends it: a list of messages in JSON, or the words of one."""
    told = json_in(raw) if raw.lstrip().startswith("[") else None
    if not (isinstance(told, list) and told and all(map(_is_message, told))):
        return {"messages": [{"role": "user", "content": raw}]}
    leading = [*_leading(told)]
    system = "\n\n".join(_as_text(message["content"]) for message in leading)
    messages = [
        {"role": message["role"], "content": message["content"]} for message in told[len(leading) :]
    ]
    return {**({"system": system} if leading else {}), "messages": messages}


def _is_message(told: Any) -> bool:
    return isinstance(told, Mapping) and isinstance(told.get("role"), str) and "content" in told


def _leading(messages: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for message in messages:
        if message["role"] not in ("system", "developer"):
            return
        yield message


def _answer(output: Any) -> list[Blocks]:
    if output is None:
        return []
    calls = output if isinstance(output, list) and output and all(map(_is_call, output)) else ()
    if calls:
        return [
            call_block(call.get("id"), call["function"]["name"], call["function"].get("arguments"))
            for call in calls
        ]
    return [text_block(_as_text(output))]


def _is_call(told: Any) -> bool:
    return isinstance(told, Mapping) and "name" in _mapping(told.get("function"))


def _usage(told: Any) -> dict[str, Any]:
    usage = _mapping(told)
    thought = count(_mapping(usage.get("completionDetails")).get("reasoning"))
    counts = {
        "input_tokens": count(usage.get("prompt")),
        "output_tokens": count(usage.get("completion")),
        "output_tokens_details": {"thinking_tokens": thought} if thought else None,
    }
    return {name: number for name, number in counts.items() if number is not None}


def _usd(result: Mapping[str, Any], response: Mapping[str, Any]) -> Decimal | None:
    """What it cost. A 0 is told of answers that nobody knows the price of, too."""
    told = response.get("cost", result.get("cost"))
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    usd = Decimal(str(told))
    known = usd.is_finite() and usd >= 0 and (usd or response.get("cached") is True)
    return usd if known else None


def _problem(result: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    """Why there is no answer. An `error` is told of answers that failed an assertion, too."""
    said = response.get("error") or result.get("error")
    failed = result.get("failureReason") == _FAILED or response.get("error")
    if failed or (said and response.get("output") is None):
        return " ".join(_as_text(said or "it failed, and nobody says why").split())
    return ""


def _verdict(result: Mapping[str, Any]) -> dict[str, Any]:
    """What promptfoo's checks say of it."""
    success = result.get("success")
    if not isinstance(success, bool):
        return {}
    graded, score = _mapping(result.get("gradingResult")), result.get("score")
    said = [f"score {score:g}" if isinstance(score, int | float) else ""]
    said += [str(graded.get("reason") or ""), str(graded.get("comment") or "")]
    note = ": ".join(word for word in said if word)
    return {"tags": ["pass" if success else "fail"], "note": note}


def _mapping(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _text(told: Any) -> str | None:
    return told if isinstance(told, str) else None


def _as_text(told: Any) -> str:
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
