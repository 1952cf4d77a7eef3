"""What a case asks of an answer, as it is written: `assert:` in promptfoo's words and ours.

Pure: values in, checks and findings out; whether an answer passes is told in `compare`. Source of
promptfoo's words: its documentation of assertions and of CSV test files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from workbench.documents.finding import Finding, Keys, nearest_hint
from workbench.documents.typed import described, mapping_findings
from workbench.wire.request import compact

NEGATED = "not-"

VALUED = {
    "contains": "text",
    "icontains": "text",
    "contains-any": "a list of texts",
    "contains-all": "a list of texts",
    "icontains-any": "a list of texts",
    "icontains-all": "a list of texts",
    "equals": "anything",
    "regex": "a regular expression",
    "starts-with": "text",
    "json-schema": "a JSON Schema",
    "stop_reason": "a stop reason",
    "tool-called": "the name of a tool",
    "max-tokens-out": "a number of tokens",
    "python": "file://NAME.py:FUNCTION",
    "llm-rubric": "what a good answer does",
}
"""Types that need a `value`, and what it has to be."""

BOUNDED = {"cost": "USD", "latency": "milliseconds"}
"""Types that need a `threshold`, and its unit."""

FREE = ("is-json", "contains-json")
"""Types that need nothing; a `value` is a JSON Schema."""

JUDGED = "llm-rubric"
"""The type that a judge decides."""

TYPES = (*VALUED, *BOUNDED, *FREE)
FIELDS = {
    "type": "string",
    "value": "string or number or boolean or array or object or null",
    "path": "string",
    "threshold": "number",
    "provider": "string",
    "rubric": "string",
    "metric": "string",
    "weight": "number",
}
_REFUSED = {
    "javascript": "Write it as `python`, `regex` or `json-schema`; we run no JavaScript.",
    "webhook": "Nothing but the provider is asked over the network. Use `python`.",
    "similar": "It needs embeddings, which the API has none of. Use `llm-rubric`.",
}
_SHORT = 40
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_LIST = re.compile(r"\s*,\s*")
_BOUND = re.compile(r"(cost|latency)(?:\((\d[\d.]*)\)|:\s*(\d+(?:\.\d+)?))")
_MISSPELT = 0.85


@dataclass(frozen=True, slots=True)
class Check:
    """One thing asked of an answer.

    Args:
        type: One of `TYPES`.
        value: What it is held against, where the type needs it.
        negated: Whether it has to fail instead: `not-contains`.
        path: The field of a JSON answer that is looked at; the whole answer where empty.
        threshold: The bound of `cost` (USD) and `latency` (ms); the score that a judge has to give.
        model: Who judges, where it is a judge's.
        rubric: The prompt file that asks the judge, where it is not ours.
        name: What it is called; its type and value where empty.
        weight: How much it counts in the score.
    """

    type: str
    value: Any = None
    negated: bool = False
    path: tuple[str | int, ...] = ()
    threshold: float | None = None
    model: str = ""
    rubric: str = ""
    name: str = ""
    weight: float = 1.0

    @property
    def title(self) -> str:
        """What it is called: its own name, or what it asks, short."""
        if self.name:
            return self.name
        asked = self.value if self.threshold is None or self.value is not None else self.threshold
        words = "" if asked is None else asked if isinstance(asked, str) else compact(asked)
        words = words if len(words) <= _SHORT else f"{words[:_SHORT]}…"
        return f"{NEGATED * self.negated}{self.type} {words}".rstrip()


def check_of(written: Mapping[str, Any]) -> Check:
    """An assertion without findings as a check."""
    kind = str(written["type"])
    return Check(
        type=kind.removeprefix(NEGATED),
        value=written.get("value"),
        negated=kind.startswith(NEGATED),
        path=steps(str(written.get("path", "$"))) or (),
        threshold=written.get("threshold"),
        model=str(written.get("provider", "")),
        rubric=str(written.get("rubric", "")),
        name=str(written.get("metric", "")),
        weight=float(written.get("weight", 1)),
    )


def check_findings(keys: Keys, written: Any) -> Iterator[Finding]:
    """What is wrong with an assertion."""
    if not isinstance(written, dict):
        problem = f"an assertion has to be a mapping, not {described(written)}"
        yield Finding(keys, problem, "Write {type: contains, value: TEXT}.")
        return
    kind = written.get("type")
    if not isinstance(kind, str):
        yield Finding(keys, "an assertion needs a `type`", f"One of: {', '.join(TYPES)}.")
        return
    known = kind.removeprefix(NEGATED)
    if known in _REFUSED:
        yield Finding((*keys, "type"), f"`{kind}` is not supported", _REFUSED[known])
    elif known not in TYPES:
        hint = nearest_hint(known, TYPES)
        yield Finding((*keys, "type"), f"there is no assertion `{kind}`", hint)
    yield from mapping_findings(keys, written, FIELDS)
    path = written.get("path")
    if isinstance(path, str) and steps(path) is None:
        problem = f"`{path}` is no path to a field"
        yield Finding((*keys, "path"), problem, "Write it like $.items[0].name.")
    yield from _needs(keys, known, written)


def _needs(keys: Keys, kind: str, written: Mapping[str, Any]) -> Iterator[Finding]:
    value = written.get("value")
    if kind in BOUNDED and not _is_number(written.get("threshold")):
        unit = BOUNDED[kind]
        yield Finding(keys, f"`{kind}` needs a `threshold` in {unit}", "Add `threshold:`.")
    if kind in VALUED and "value" not in written:
        yield Finding(keys, f"`{kind}` needs a `value`: {VALUED[kind]}", "Add `value:`.")
    elif kind in VALUED and not _fits(kind, value):
        problem = f"the value of `{kind}` has to be {VALUED[kind]}, not {described(value)}"
        yield Finding((*keys, "value"), problem)
    elif kind == "regex":
        yield from _pattern((*keys, "value"), str(value))


def _fits(kind: str, value: Any) -> bool:
    wanted = VALUED[kind]
    if wanted == "a list of texts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if wanted == "a JSON Schema":
        return isinstance(value, dict | bool)
    if wanted == "a number of tokens":
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted.startswith("file://"):
        text = str(value)
        return text.startswith("file://") and ".py:" in text
    return wanted == "anything" or isinstance(value, str | int | float)


def _pattern(keys: Keys, pattern: str) -> Iterator[Finding]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield Finding(keys, f"this is no regular expression: {error}", "Python's syntax holds.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def steps(path: str) -> tuple[str | int, ...] | None:
    """`$.items[0].name` as names and places; `$` is the whole; None where it is no path."""
    if not path.startswith("$"):
        return None
    found, at = [], 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return None
        found.append(step[1] if step[1] is not None else int(step[2]))
        at = step.end()
    return tuple(found)


def check_in_words(text: str) -> dict[str, Any]:
    """promptfoo's `__expected` column: `contains: Paris`, `is-json`, `cost(0.01)`; else equals.

    What is all but such a word keeps it, to be named as misspelt.
    """
    bound = _BOUND.fullmatch(text.strip())
    if bound:
        return {"type": bound[1], "threshold": float(bound[2] or bound[3])}
    kind, colon, value = text.partition(":")
    name = kind.strip()
    if colon and name == "grade":
        return {"type": "llm-rubric", "value": value.strip()}
    if colon and _is_type(name.removeprefix(NEGATED)):
        return {"type": name, "value": _value(name.removeprefix(NEGATED), value.strip())}
    if text.strip().removeprefix(NEGATED) in FREE:
        return {"type": text.strip()}
    return {"type": "equals", "value": text}


@cache
def _is_type(name: str) -> bool:
    """Whether this is the name of a type, or so near to one that no answer begins like that."""
    if name in VALUED or name in _REFUSED:
        return True
    return name.islower() and bool(get_close_matches(name, VALUED, n=1, cutoff=_MISSPELT))


def _value(kind: str, text: str) -> Any:
    if VALUED.get(kind) == "a list of texts":
        return _LIST.split(text)
    return int(text) if kind == "max-tokens-out" and text.isdigit() else text
