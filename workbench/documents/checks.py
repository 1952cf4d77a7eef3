"""What a case asks of an answer, as it is written: `assert:` in promptfoo's words and ours.

Pure: values in, checks and findings out; whether an answer passes is told in `compare`. Source of
promptfoo's words: its documentation of assertions and of CSV test files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from workbench.documents.finding import Finding, Keys, nearest_hint
from workbench.documents.json_schema import schema_findings
from workbench.documents.source import Source
from workbench.documents.tree import read_tree
from workbench.documents.typed import described, mapping_findings
from workbench.errors import DocumentError
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

SCHEMAS = (*FREE, "json-schema")

JUDGED = "llm-rubric"
"""The type that a judge decides."""

_BY_SCORE = (*BOUNDED, JUDGED, "python")

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
_JUDGED = "Write what a good answer does as `llm-rubric`."
_OWN = "Use `regex`, or a function of your own: `python`."
_TRACED = "There are no traces here. Use `tool-called`, `latency`, or `python`."
_REFUSED = {
    "javascript": "Write it as `python`, `regex` or `json-schema`; we run no JavaScript.",
    "webhook": "Nothing but the provider is asked over the network. Use `python`.",
    "similar": "It needs embeddings, which the API has none of. Use `llm-rubric`.",
    "assert-set": "Write its assertions into `assert:` one by one.",
    "finish-reason": "It is `stop_reason` here, in the API's own words.",
    **dict.fromkeys(
        ("select-best", "max-score"), "`workbench judge --pairs` asks which answer is better."
    ),
    **dict.fromkeys(
        ("factuality", "model-graded-factuality", "model-graded-closedqa", "g-eval"), _JUDGED
    ),
    **dict.fromkeys(("answer-relevance", "conversation-relevance", "context-recall"), _JUDGED),
    **dict.fromkeys(("context-relevance", "context-faithfulness", "search-rubric"), _JUDGED),
    **dict.fromkeys(("agent-rubric", "classifier", "moderation", "guardrails", "pi"), _JUDGED),
    "is-refusal": "Use `stop_reason` with the value refusal, or `llm-rubric`.",
    **dict.fromkeys(("levenshtein", "rouge-n", "bleu", "gleu", "meteor"), _OWN),
    **dict.fromkeys(("perplexity", "perplexity-score"), "The API tells no probabilities."),
    **dict.fromkeys(("is-html", "contains-html", "is-xml", "contains-xml"), _OWN),
    **dict.fromkeys(("is-sql", "contains-sql", "word-count", "ruby"), _OWN),
    **dict.fromkeys(
        ("is-valid-function-call", "is-valid-openai-function-call", "tool-call-f1"),
        "Use `tool-called` with the name of a tool.",
    ),
    "is-valid-openai-tools-call": "Use `tool-called` with the name of a tool.",
    **dict.fromkeys(("trace-error-spans", "trace-span-count", "trace-span-duration"), _TRACED),
}
"""promptfoo's types that there are none of here, and what there is instead."""

_SCRIPTS = ("fn", "eval")
"""What promptfoo calls JavaScript in a table, too."""

_SHORT = 40
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_LIST = re.compile(r"\s*,\s*")
_WORDS = re.compile(
    r"((?:not-)?([a-z][a-z0-9_-]*))\s*(?:\(\s*(\d+(?:\.\d+)?)\s*\))?(?:\s*:(.*))?", re.S
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNBOUNDED = re.compile(rf"((?:not-)?(?:{'|'.join(BOUNDED)}))\((?!\s*{_NUMBER.pattern}\s*\)).*\)")
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
        asked = self.value
        if asked is None and self.threshold is not None:
            asked = format(Decimal(str(self.threshold)).normalize(), "f")
        words = "" if asked is None else asked if isinstance(asked, str) else compact(asked)
        words = words if len(words) <= _SHORT else f"{words[:_SHORT]}…"
        return f"{NEGATED * self.negated}{self.type} {words}".rstrip()


def is_worded(kind: str) -> bool:
    """Whether what a type is held against is a text, however it looks: `1.50`, `true`."""
    return VALUED.get(kind.removeprefix(NEGATED), "") in _TEXTS


_TEXTS = ("text", "a regular expression", "a stop reason", "the name of a tool")


def check_of(written: Mapping[str, Any]) -> Check:
    """An assertion without findings as a check."""
    kind, value = str(written["type"]), written.get("value")
    return Check(
        type=kind.removeprefix(NEGATED),
        value=value if isinstance(value, str) or not is_worded(kind) else compact(value),
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
    if "threshold" in written and known in TYPES and known not in _BY_SCORE:
        problem = f"`{kind}` takes no `threshold`: it passes or not"
        yield Finding((*keys, "threshold"), problem, "Leave it out.", at_key=True)
    yield from _bounds(keys, known, written)
    yield from _needs(keys, known, written)


def _bounds(keys: Keys, kind: str, written: Mapping[str, Any]) -> Iterator[Finding]:
    """A number that no score goes by: the average of scores is a score, from 0 to 1."""
    weight, least = written.get("weight"), written.get("threshold")
    if _is_number(weight) and weight < 0:
        yield Finding((*keys, "weight"), f"a `weight` is 0 or more, not {weight}")
    if kind in BOUNDED and _is_number(least) and least < 0:
        problem = f"the `threshold` of `{kind}` is 0 or more, not {least}"
        yield Finding((*keys, "threshold"), problem)
    if kind in (JUDGED, "python") and _is_number(least) and not 0 <= least <= 1:
        problem = f"the `threshold` of `{kind}` is a score from 0 to 1, not {least}"
        yield Finding((*keys, "threshold"), problem)


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
    elif kind in SCHEMAS and value not in (None, ""):
        yield from _schema((*keys, "value"), kind, value)


def _schema(keys: Keys, kind: str, value: Any) -> Iterator[Finding]:
    if isinstance(value, dict | bool):
        yield from schema_findings(keys, value)
    else:
        problem = f"the value of `{kind}` has to be a JSON Schema, not {described(value)}"
        yield Finding(keys, problem, "Write it like {type: object, required: [queue]}.")


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


def _is_number(value: Any) -> TypeGuard[int | float]:
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

    What is all but such a word, or one of promptfoo's that we lack, keeps it, to be named.
    """
    if text.strip().startswith("file://"):
        return {"type": "python" if ".py" in text else "javascript", "value": text.strip()}
    if (bare := _UNBOUNDED.fullmatch(text.strip())) is not None:
        return {"type": bare[1]}
    found = _WORDS.fullmatch(text.strip())
    if found is not None:
        kind, bound, value = found[2], found[3], None if found[4] is None else found[4].strip()
        said = _worded(kind, bound, value)
        if said is not None:
            return {"type": found[1].removesuffix(kind) + said.pop("type"), **said}
    return {"type": "equals", "value": text}


def _worded(kind: str, bound: str | None, value: str | None) -> dict[str, Any] | None:
    """What `kind`, `kind: value`, `kind(bound)` and `kind(bound): value` ask for; None: nothing."""
    if kind in BOUNDED:
        number = bound or (value if value and _NUMBER.fullmatch(value) else None)
        return {"type": kind, "threshold": float(number)} if number else None
    if kind == "max-tokens-out" and bound and not value:
        value, bound = bound, None
    bare = value is None and bound is None
    if bare and kind not in FREE and not _is_bare(kind):
        return None
    kind = {"grade": JUDGED, **dict.fromkeys(_SCRIPTS, "javascript")}.get(kind, kind)
    if not bare and not _is_type(kind):
        return None
    told = {} if value is None or (not value and kind in FREE) else {"value": _value(kind, value)}
    return {"type": kind, **told, **({"threshold": float(bound)} if bound else {})}


def _is_bare(kind: str) -> bool:
    """Whether promptfoo's type says all by its name, and no answer is like it: `is-sql`."""
    return kind in _REFUSED and kind.startswith(("is-", "contains-"))


@cache
def _is_type(name: str) -> bool:
    """Whether this is the name of a type, or so near to one that no answer begins like that."""
    known = (*VALUED, *FREE)
    if name in known or name in _REFUSED:
        return True
    from difflib import get_close_matches

    return bool(get_close_matches(name, known, n=1, cutoff=_MISSPELT))


def _value(kind: str, text: str) -> Any:
    if VALUED.get(kind) == "a list of texts":
        return _LIST.split(text)
    if kind in SCHEMAS:
        return _schema_in(text)
    return int(text) if kind == "max-tokens-out" and text.isdigit() else text


@cache
def _schema_in(text: str) -> Any:
    """The JSON Schema that a cell holds, as JSON or YAML; the text itself where it is none."""
    try:
        tree = read_tree(Source(Path("cell"), text))
    except DocumentError:
        return text
    found = tree.root.value
    return found if isinstance(found, dict | bool) and not tree.problems else text
