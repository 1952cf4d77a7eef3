"""Words where no script has any: sentences about the prompt that quote the prompt.

Everything is drawn from one random source, so that the same source says the same again. Wordings
are listed from the likeliest to the least likely; temperature decides how far down one may reach.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from workbench.simulator.asked import Asked, result_text
from workbench.simulator.draft import Call, Draft
from workbench.simulator.pictures import Picture, documents, images
from workbench.simulator.schema.filler import Filler
from workbench.simulator.topics import quotes, stems, topics
from workbench.simulator.wordings import (
    BRIEF,
    CALLING,
    CLOSINGS,
    FAILURES,
    MIDDLES,
    OBEYING,
    OPENINGS,
    RESULTS,
    SEEN,
    THOUGHTS,
)
from workbench.wire.events import Json

_THOUGHTS = {"low": 2, "medium": 6, "high": 10, "xhigh": 16, "max": 24}
_SENTENCES = {"low": 2, "medium": 3, "high": 4, "xhigh": 5, "max": 6}
"""How many thoughts and how many sentences in the middle of an answer, by effort."""
_USUAL_EFFORT = "high"
_BUDGET_PER_THOUGHT = 96
_MOST_THOUGHTS = 60
_PLAIN_CHARS = 40
"""At low effort, adaptive thinking does not think about less than this."""
_MOST_CALLS = 3

_BRIEFLY = re.compile(
    r"(?i)\b(?:one|a single) (?:line|sentence|word)\b|\bbrief|\bterse|\bshort (?:answer|reply)"
)
_LISTED = re.compile(r"(?i)\b(?:bullet|numbered list|step by step|as a list|list of)\b")
_JSON = re.compile(r"\bJSON\b|(?i:\bas json\b)")
_KEYS = re.compile(r"[\"'`“]([A-Za-z_]\w{0,40})[\"'`”]")
_OBJECT = re.compile(r"\{[^{}]*\}")
_COUNTED = re.compile(r"(?i)(?:score|confidence|count|rating|amount|days)$")
_IN_NAME = re.compile(r"[_-]|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a prompt offers to speak with, and the luck to choose by."""

    topics: Sequence[str]
    quotes: Sequence[str]
    rules: Sequence[str]
    temperature: float
    rng: Random
    seen: str = ""

    def sentence(self, wordings: Sequence[str]) -> str:
        """One of `wordings`, filled with words of the prompt."""
        return self.several(wordings, 1)[0]

    def many(self, wordings: Sequence[str], count: int) -> list[str]:
        """At most `count` different sentences, though there be fewer wordings than that."""
        said: dict[str, None] = {}
        for start in range(0, 2 * count, len(wordings)):
            said |= dict.fromkeys(self.several(wordings, len(wordings), start))
        return list(said)[:count]

    def several(self, wordings: Sequence[str], count: int, start: int = 0) -> list[str]:
        """`count` different ones of `wordings`, filled with words of the prompt."""
        left, said = list(wordings), []
        for i in range(start, start + min(count, len(wordings))):
            wording = left.pop(self._drawn(len(left)))
            a = self.topics[(2 * i + self._drawn(3)) % len(self.topics)]
            others = [word for word in self.topics if word != a]
            b = others[(2 * i + self._drawn(3)) % len(others)]
            quote, rule = self._one(self.quotes), self._one(self.rules)
            said.append(
                wording.format(
                    a=a, b=b, A=a[:1].upper() + a[1:], quote=quote, rule=rule, seen=self.seen
                )
            )
        return said

    def number(self, usual: int, spread: int) -> int:
        """`usual` at temperature 0, else a number around it."""
        return usual if self.temperature == 0 else usual + self.rng.randint(-spread, spread)

    def rotated(self) -> Sequence[str]:
        """The topics, beginning with any of them."""
        start = self._drawn(len(self.topics))
        return [*self.topics[start:], *self.topics[:start]]

    def _one(self, texts: Sequence[str]) -> str:
        return texts[self._drawn(len(texts))] if texts else self.topics[0]

    def _drawn(self, count: int) -> int:
        """An index below `count`: 0 at temperature 0, the further up the hotter it gets."""
        if self.temperature == 0 or count < 2:
            return 0
        weights = [math.exp(-i / (3 * self.temperature)) for i in range(count)]
        return self.rng.choices(range(count), weights)[0]


def improvise(asked: Asked, rng: Random) -> Draft:
    """An answer made up from the words of the prompt."""
    words = _words(asked, rng)
    thinking = " ".join(words.many(THOUGHTS, _thoughts(asked)))
    calls = tuple(_call(tool, asked, words) for tool in _wanted_tools(asked))
    if calls:
        return Draft("" if asked.forced else words.sentence(CALLING), thinking, calls)
    return Draft(_text(asked, words), thinking)


def _effort(asked: Asked) -> str:
    return asked.effort or asked.model.effort_default or _USUAL_EFFORT


def _thoughts(asked: Asked) -> int:
    """How many thoughts it takes: by budget, where there is one, else by effort."""
    budget = (asked.body.get("thinking") or {}).get("budget_tokens")
    if budget is not None:
        return min(_MOST_THOUGHTS, int(budget // _BUDGET_PER_THOUGHT))
    if _effort(asked) == "low" and len(asked.user) < _PLAIN_CHARS:
        return 0
    return _THOUGHTS.get(_effort(asked), 10)


def _call(tool: Json, asked: Asked, words: _Words) -> Call:
    schema: Json = {"type": "object", **tool["input_schema"]}
    quote = words.quotes[0] if words.quotes else words.topics[0]
    return Call(tool["name"], _filler(schema, asked, words, quote).value(schema))


def forced_call(asked: Asked, rng: Random) -> Call | None:
    """A call of the tool that `tool_choice` demands; None where the caller has none to offer."""
    calls = improvise(asked, rng).calls
    return calls[0] if calls else None


def _words(asked: Asked, rng: Random) -> _Words:
    about = topics(asked.user) or topics(asked.system)
    spare = ["the request", "the details"] if len(about) < 2 else []
    rules = quotes(asked.system)
    return _Words([*about, *spare], quotes(asked.user) or rules, rules, asked.temperature, rng)


def _filler(schema: Json, asked: Asked, words: _Words, sentence: str) -> Filler:
    return Filler(asked.user, words.rotated(), sentence, schema)


def _text(asked: Asked, words: _Words) -> str:
    if (schema := asked.format) is not None:
        filler = replace(_filler(schema, asked, words, words.sentence(BRIEF)), optional=True)
        return _pretty(filler.value(schema))
    if _JSON.search(asked.system) or _JSON.search(asked.user):
        return _pretty(_object(asked, words))
    return _prose(asked, words)


def _prose(asked: Asked, words: _Words) -> str:
    results = [_report(block, words) for block in asked.tool_results]
    if seen := _seen(asked):
        results.insert(0, replace(words, seen=seen).sentence(SEEN))
    spoken = asked.system + "\n" + asked.user
    if _BRIEFLY.search(spoken):
        return " ".join(results) or words.sentence(BRIEF)
    first = results or [words.sentence(OPENINGS)]
    obeying = [words.sentence(OBEYING)] if words.rules else []
    if _LISTED.search(spoken):
        points = [f"- {point}" for point in words.several(MIDDLES, words.number(4, 1))]
        return "\n\n".join([" ".join(first), "\n".join(points), *obeying])
    middles = words.several(MIDDLES, words.number(_SENTENCES.get(_effort(asked), 4), 1))
    then = [*obeying, *middles[2:], words.sentence(CLOSINGS)]
    return " ".join([*first, *middles[:2]]) + "\n\n" + " ".join(then)


def _seen(asked: Asked) -> str:
    """What pictures and documents there are, and how large they are."""
    found = [f"an image{_sized(one)}" for one in images(asked)]
    found += [f"a {_paper(one)}{_paged(one)}" for one in documents(asked)]
    *first, last = found or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _sized(one: Picture) -> str:
    return f" of {one.size[0]} by {one.size[1]} pixels" if one.size is not None else ""


def _paper(one: Picture) -> str:
    return "PDF" if one.source["type"] == "base64" else "document"


def _paged(one: Picture) -> str:
    if not one.pages:
        return ""
    return f" of {one.pages} pages" if one.pages > 1 else " of one page"


def _report(block: Json, words: _Words) -> str:
    said = _flat(result_text(block)) or "nothing"
    wordings = FAILURES if block.get("is_error") else RESULTS
    return replace(words, quotes=[said[:160]]).sentence(wordings)


def _flat(text: str) -> str:
    """JSON as words: `status: shipped, days late: 9`; any other text on one line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, Mapping):
        return ", ".join(f"{str(k).replace('_', ' ')}: {v}" for k, v in value.items())
    return " ".join(text.split())


def _object(asked: Asked, words: _Words) -> dict[str, Any]:
    """The JSON that the prompt asks for: an example's keys, else the keys that it names."""
    source = asked.system + "\n" + asked.user
    shape = next(_examples(source), None) or dict.fromkeys(_KEYS.findall(source), "")
    if not shape:
        return {"answer": words.sentence(BRIEF), "topics": list(words.topics[:3])}
    properties = {name: _schema_of(name, value) for name, value in shape.items()}
    schema = {"properties": properties, "required": list(properties)}
    made = _filler(schema, asked, words, words.sentence(BRIEF)).value(schema)
    return dict(made)


def _examples(text: str) -> Iterator[dict[str, Any]]:
    for example in _OBJECT.findall(text):
        try:
            value = json.loads(example)
        except ValueError:
            continue
        if isinstance(value, dict) and value:
            yield value


def _schema_of(name: str, example: Any) -> Json:
    """The schema of what an example shows; `a|b|c` is a choice."""
    match example:
        case bool():
            return {"type": "boolean"}
        case int() | float():
            return {"type": "number"}
        case list():
            return {"type": "array", "items": {"type": "string"}, "minItems": 2}
        case str() if len(choices := [c.strip() for c in example.split("|")]) > 1:
            return {"enum": choices}
        case str() if _COUNTED.search(name):
            return {"type": "number", "minimum": 0}
    return {"type": "string"}


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _wanted_tools(asked: Asked) -> list[Json]:
    """The tools to call: the one demanded, else those that the user's words point to."""
    offered = [tool for tool in asked.tools if "input_schema" in tool]
    said = stems(asked.user)
    meant = [tool for tool in offered if _mentioned(tool, said)][:_MOST_CALLS]
    match asked.choice["type"]:
        case "tool":
            return [tool for tool in offered if tool["name"] == asked.choice["name"]][:1]
        case "any":
            return meant or offered[:1]
        case "auto" if not asked.tool_results:
            return meant
    return []


def _mentioned(tool: Json, said: set[str]) -> bool:
    """Whether a text with these stems has a word of the tool's name, or two of its description."""
    name = _IN_NAME.sub(" ", str(tool["name"]))
    return bool(stems(name) & said) or len(stems(str(tool.get("description", ""))) & said) > 1
