"""Whether an answer is what its case asks for, and why. Pure, but for the user's own functions.

promptfoo's words keep promptfoo's meaning; `stop_reason`, `tool-called` and `max-tokens-out` are
ours. A run that brought no answer is not tried: that its provider was down says nothing about its
prompt.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.documents.checks import Check
from workbench.run import WHOLE, Run
from workbench.wire.request import compact

_SHOWN = 80
_TRIES = 2_000  # places in an answer where JSON is looked for


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check.

    Args:
        passed: Whether it passed; None where it could not be tried.
        score: From 0 to 1; None where it could not be tried.
        why: In a line.
    """

    check: Check
    passed: bool | None
    score: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What came of all checks of one run.

    Args:
        passed: Whether all passed; None where nothing was asked, or one could not be tried.
        score: Their weighted average; None likewise.
        results: Each of them, in order.
    """

    passed: bool | None
    score: float | None
    results: tuple[Result, ...] = ()

    @property
    def settled(self) -> bool | None:
        """Whether it passes, as far as is sure: not, once one check failed and others wait.

        Rates go by `passed`, which leaves such a run out: else only those that fail would count.
        """
        failed = any(result.passed is False for result in self.results)
        return False if self.passed is None and failed else self.passed

    @property
    def why(self) -> str:
        """The first thing that is not as asked; empty where everything is."""
        return next((result.why for result in self.wrong), "")

    @property
    def wrong(self) -> list[Result]:
        """All that is not as asked: what failed, then what was not tried."""
        return sorted(
            (one for one in self.results if not one.passed), key=lambda one: one.passed is None
        )

    def to_json(self, *, whys: bool = True) -> dict[str, Any]:
        """As it is saved with its run; without the reasons where those may not be told."""
        return {
            "passed": self.passed,
            "score": self.score,
            "results": [
                {
                    "check": result.check.title,
                    "passed": result.passed,
                    "score": result.score,
                    "why": result.why if whys else "",
                    **({} if result.check.weight == 1 else {"weight": result.check.weight}),
                }
                for result in self.results
            ],
        }


def saved_grade(told: Mapping[str, Any]) -> Grade:
    """A grade as it was saved; what is not understood is None."""
    found = told.get("results")
    results = tuple(
        Result(_saved_check(one), *_told(one), str(one.get("why", "")))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    )
    return Grade(*_told(told), results)


def _saved_check(one: Mapping[str, Any]) -> Check:
    weight = one.get("weight", 1)
    counts = isinstance(weight, int | float) and not isinstance(weight, bool) and weight >= 0
    return Check("saved", name=str(one.get("check", "")), weight=float(weight) if counts else 1.0)


def _told(one: Mapping[str, Any]) -> tuple[bool | None, float | None]:
    passed, score = one.get("passed"), one.get("score")
    value = float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
    return passed if isinstance(passed, bool) else None, value


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge, or a function of the user's, says: 0 to 1, and why."""

    score: float
    why: str = ""
    passed: bool | None = None


Asked = Callable[[Check], Opinion | str]
"""Asks elsewhere: a judge that has answered, or a function; a text says why it cannot be asked."""


@dataclass(frozen=True, slots=True)
class _Answer:
    run: Run
    usd: Decimal | None
    value: Any
    """The whole text, or the field of it that the check looks at."""

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else compact(self.value)


class _Not(Exception):
    """There is no such field, or no JSON at all: the check has failed, negated or not."""


def grade(run: Run, checks: Sequence[Check], usd: Decimal | None, asked: Asked) -> Grade:
    """Try all checks of a run that has ended.

    Args:
        run: The run.
        checks: What is asked of it.
        usd: What it cost; None where that is not known.
        asked: Answers for the checks that are not ours to decide: judges, functions.
    """
    return weighed(tuple(tried(run, check, usd, asked) for check in checks))


def weighed(results: tuple[Result, ...]) -> Grade:
    """What results come to together: each counts by the weight of its check."""
    known = [(one.score, one.check.weight) for one in results if one.score is not None]
    if not results or len(known) < len(results):
        return Grade(None, None, results)
    weights = sum(weight for _, weight in known)
    average = sum(score * weight for score, weight in known) / weights if weights else 1.0
    return Grade(all(result.passed for result in results), average, results)


def tried(run: Run, check: Check, usd: Decimal | None, asked: Asked) -> Result:
    """Try one check."""
    if run.end_state not in WHOLE:
        said = run.problem.problem if run.problem else run.state
        return Result(check, None, None, f"no whole answer: {said}")
    try:
        answer = _Answer(run, usd, _looked_at(run.text, check.path))
    except _Not as error:
        return Result(check, False, 0.0, str(error))
    if check.type in _ELSEWHERE:
        return _elsewhere(check, asked(check))
    passed, why = _TESTS[check.type](answer, check)
    if passed is None:
        return Result(check, None, None, why)
    if check.negated:
        passed, why = not passed, why if passed else f"as asked, not: {why}"
    field = f"{_path(check.path)}: " if check.path else ""
    return Result(check, passed, float(passed), field + why)


def _elsewhere(check: Check, said: Opinion | str) -> Result:
    if isinstance(said, str):
        return Result(check, None, None, said)
    score = min(1.0, max(0.0, said.score))
    least = 1.0 if check.threshold is None else check.threshold
    passed = (score >= least) if said.passed is None else said.passed
    if check.negated:
        passed, score = not passed, 1 - score
    return Result(check, passed, score, said.why or f"score {score:g}")


def _looked_at(text: str, path: tuple[str | int, ...]) -> Any:
    if not path:
        return text
    try:
        value = _json(text)
    except ValueError:
        raise _Not("the answer is no JSON") from None
    for at, step in enumerate(path):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise _Not(f"the answer has no {_path(path[: at + 1])}") from None
    return value


def _path(path: Sequence[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _json(text: str) -> Any:
    def refuse(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else compact(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


Outcome = tuple[bool | None, str]


def _contains(answer: _Answer, check: Check) -> Outcome:
    fold = check.type.startswith("i")
    many = check.value if isinstance(check.value, list) else [check.value]
    wanted = [str(one) for one in many]
    text = answer.text.casefold() if fold else answer.text
    lacking = [one for one in wanted if (one.casefold() if fold else one) not in text]
    if check.type.endswith("-any"):
        passed = len(lacking) < len(wanted)
        return passed, f"has one of {_shown(wanted)}" if passed else f"has none of {_shown(wanted)}"
    if lacking:
        return False, f"does not contain {_shown(lacking[0])}"
    return True, f"contains {', '.join(map(_shown, wanted[:3]))}"


def _equals(answer: _Answer, check: Check) -> Outcome:
    value, wanted = answer.value, check.value
    if not check.path and not isinstance(wanted, str):
        try:
            value = _json(answer.text)
        except ValueError:
            return False, "the answer is no JSON"
    elif isinstance(value, str) and not isinstance(wanted, dict | list):
        wanted = str(wanted)
    passed = _same(value, wanted)
    return passed, f"is {_shown(value)}" if passed else f"is {_shown(value)}, not {_shown(wanted)}"


def _same(one: Any, other: Any) -> bool:
    """JSON equality: true is not 1, 1.0 is 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _regex(answer: _Answer, check: Check) -> Outcome:
    found = re.search(str(check.value), answer.text)
    what = _shown(str(check.value))
    return found is not None, f"matches {what}" if found else f"does not match {what}"


def _starts(answer: _Answer, check: Check) -> Outcome:
    passed = answer.text.startswith(str(check.value))
    begins = f"begins with {_shown(answer.text[: len(str(check.value)) + 8])}"
    return passed, begins if passed else f"{begins}, not {_shown(str(check.value))}"


def _is_json(answer: _Answer, check: Check) -> Outcome:
    value = answer.value
    if not check.path or isinstance(value, str):
        try:
            value = _json(answer.text)
        except ValueError as error:
            return False, f"is no JSON: {error}"
    return _fits(value, check.value)


def _contains_json(answer: _Answer, check: Check) -> Outcome:
    last: Outcome = (False, "holds no JSON")
    for value in _inside(answer.text):
        last = _fits(value, check.value)
        if last[0]:
            return True, "holds JSON"
    return last


def _inside(text: str) -> Iterator[Any]:
    """Every JSON object or list that begins somewhere in a text."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(_TRIES):
        start = re.compile(r"[\[{]").search(text, at)
        if start is None:
            return
        try:
            value, at = decoder.raw_decode(text, start.start())
            yield value
        except (ValueError, RecursionError):
            at = start.start() + 1


def _fits(value: Any, schema: Any) -> Outcome:
    """Whether a value is what a JSON Schema says; any value where there is none."""
    if schema is None or schema == "":
        return True, "is JSON"
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        # With a registry of its own, a reference to elsewhere is an error and no request.
        validator = Draft202012Validator(schema, registry=Registry())
        wrong = best_match(validator.iter_errors(value))
    except (SchemaError, Unresolvable, RecursionError) as error:
        return None, f"the schema cannot be used: {str(error).splitlines()[0]}"
    if wrong is None:
        return True, "fits the schema"
    return False, f"{_path(list(wrong.absolute_path))}: {wrong.message[:200]}"


def _cost(answer: _Answer, check: Check) -> Outcome:
    if answer.usd is None:
        return None, "what it cost is not known"
    bound = Decimal(str(check.threshold))
    passed = answer.usd <= bound
    return passed, f"cost ${answer.usd:f}, {'within' if passed else 'over'} ${bound:f}"


def _latency(answer: _Answer, check: Check) -> Outcome:
    if answer.run.total_s is None:
        return None, "how long it took is not known"
    took, bound = answer.run.total_s * 1000, float(check.threshold or math.inf)
    return took <= bound, f"took {took:,.0f} ms, {'within' if took <= bound else 'over'} {bound:g}"


def _stop_reason(answer: _Answer, check: Check) -> Outcome:
    return answer.run.stop_reason == check.value, f"stopped by {answer.run.stop_reason}"


def _tool_called(answer: _Answer, check: Check) -> Outcome:
    blocks = answer.run.content  # of tools that the provider runs, too: `server_tool_use`
    called = [b.get("name") for b in blocks if str(b.get("type")).endswith("tool_use")]
    words = f"called {', '.join(map(str, called))}" if called else "called no tool"
    return check.value in called, words


def _tokens_out(answer: _Answer, check: Check) -> Outcome:
    tokens = answer.run.usage.output_tokens
    if tokens is None:
        return None, "its output tokens are not known"
    return tokens <= int(check.value), f"{tokens:,} tokens out, {int(check.value):,} allowed"


_ELSEWHERE = ("python", "llm-rubric")
_TESTS: Mapping[str, Callable[[_Answer, Check], Outcome]] = {
    **dict.fromkeys(("contains", "icontains", "contains-any", "contains-all"), _contains),
    **dict.fromkeys(("icontains-any", "icontains-all"), _contains),
    "equals": _equals,
    "regex": _regex,
    "starts-with": _starts,
    "is-json": _is_json,
    "json-schema": _is_json,
    "contains-json": _contains_json,
    "cost": _cost,
    "latency": _latency,
    "stop_reason": _stop_reason,
    "tool-called": _tool_called,
    "max-tokens-out": _tokens_out,
}
