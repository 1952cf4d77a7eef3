"""Words where no script has any: sentences about the prompt that quote the prompt.

Everything is drawn from one random source, so that the same source says the same again. Wordings
are listed from the likeliest to the least likely; temperature decides how far down one may reach.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from workbench.simulator.asked import Asked, result_text
from workbench.simulator.draft import Call, Draft
from workbench.simulator.schema import Filler
from workbench.wire.events import Json

OPENINGS = (
    "This is about {a}, and the point that matters most is “{quote}”.",
    "The heart of it is {a}: “{quote}”.",
    "Starting from “{quote}”, I would look at {a} first.",
    "Let me take {a} first, because the text says “{quote}”.",
    "Everything here turns on {a}, as “{quote}” makes plain.",
)
MIDDLES = (
    "{A} and {b} belong together, since one explains the other.",
    "On {a} the text gives a clear lead, and {b} follows from it.",
    "If {a} is settled, {b} needs little further work.",
    "What is said of {a} is short, so I would confirm {b} before acting on it.",
    "Mentioning {a} narrows this down to {b}.",
    "There are two ways to read {a}; the mention of {b} decides between them.",
    "Nothing else bears on {b}, which keeps {a} in the foreground.",
)
OBEYING = (
    "You asked for “{rule}”, and I have kept to that.",
    "In keeping with “{rule}”, I leave out what does not help.",
    "Your instructions say “{rule}”; that settles the form of this answer.",
)
CLOSINGS = (
    "So the next step is to settle {a} and then to come back to {b}.",
    "In short: {a} first, {b} second.",
    "I would start with {a} today and let {b} follow.",
    "Tell me more about {b}, and I can be more exact about {a}.",
)
BRIEF = (
    "It comes down to {a} and {b}.",
    "In one line: {a}, because of {b}.",
    "{A} decides it; {b} follows.",
)
RESULTS = (
    "The result says “{quote}”.",
    "According to the result, “{quote}”.",
    "What came back is “{quote}”.",
)
FAILURES = (
    "The tool reported a problem: “{quote}”.",
    "That did not work; the tool answered “{quote}”.",
)
CALLING = ("I will look up {a}.", "Let me check {a} first.", "To answer this I need {a}.")
THOUGHTS = (
    "The request is about {a}.",
    "The sentence to hold on to is “{quote}”.",
    "{A} and {b} both matter here, so the answer should name them.",
    "The reader probably knows {b} already.",
    "If {a} were wrong, the rest would change, so I check it against the text.",
    "A short answer that quotes the text will serve best.",
)
_THOUGHTS_BY_EFFORT = {"low": 1, "medium": 3, "high": 4, "xhigh": 5, "max": 6}

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_WORD = re.compile(r"[^\W_][\w'’-]*[^\W_]|[^\W_]")
_CLAUSE = re.compile(r"[^.!?;\n\r。！？]+")
_BRIEFLY = re.compile(
    r"(?i)\b(?:one|a single) (?:line|sentence|word)\b|\bbrief|\bterse|\bshort (?:answer|reply)"
)
_LISTED = re.compile(r"(?i)\b(?:bullet|numbered list|step by step|as a list|list of)\b")
_JSON = re.compile(r"\bJSON\b|(?i:\bas json\b)")
_KEYS = re.compile(r"[\"'`“]([A-Za-z_]\w{0,40})[\"'`”]")
_OBJECT = re.compile(r"\{[^{}]*\}")
_COMMON_WORDS = (
    "a about above after again all also am an and any are as asked at be because been before being "
    "below but by can could did do does down each else every few for from get give had has have he "
    "her here hers him his how i if in into is it its just keep like make may me might more most "
    "must my name never no not nor now of off on once one only or other our out over please put "
    "same she should so some such tell than that the their them then there these they this those "
    "to too two under until up upon us use very was we were what when where which while who why "
    "will with would write you your yes let s t re ve ll don doesn isn answer reply say"
)
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Words:
    """What a prompt offers to speak with, and the luck to choose by."""

    keywords: Sequence[str]
    quotes: Sequence[str]
    rules: Sequence[str]
    temperature: float
    rng: Random

    def sentence(self, wordings: Sequence[str]) -> str:
        """One of `wordings`, filled with words of the prompt."""
        return self.several(wordings, 1)[0]

    def several(self, wordings: Sequence[str], count: int) -> list[str]:
        """`count` different ones of `wordings`, filled with words of the prompt."""
        left, said = list(wordings), []
        for i in range(min(count, len(wordings))):
            wording = left.pop(self._drawn(len(left)))
            a = self.keywords[(2 * i + self._drawn(3)) % len(self.keywords)]
            others = [word for word in self.keywords if word != a]
            b = others[(2 * i + self._drawn(3)) % len(others)]
            quote, rule = self._one(self.quotes), self._one(self.rules)
            said.append(wording.format(a=a, b=b, A=a[:1].upper() + a[1:], quote=quote, rule=rule))
        return said

    def number(self, usual: int, spread: int) -> int:
        """`usual` at temperature 0, else a number around it."""
        return usual if self.temperature == 0 else usual + self.rng.randint(-spread, spread)

    def _one(self, texts: Sequence[str]) -> str:
        return texts[self._drawn(len(texts))] if texts else self.keywords[0]

    def _drawn(self, count: int) -> int:
        """An index below `count`: 0 at temperature 0, the further up the hotter it gets."""
        if self.temperature == 0 or count < 2:
            return 0
        weights = [math.exp(-i / (3 * self.temperature)) for i in range(count)]
        return self.rng.choices(range(count), weights)[0]


def improvise(asked: Asked, rng: Random) -> Draft:
    """An answer made up from the words of the prompt."""
    words = _words(asked, rng)
    thoughts = _THOUGHTS_BY_EFFORT.get(asked.effort or asked.model.effort_default or "", 3)
    thinking = " ".join(words.several(THOUGHTS, thoughts))
    tool = _wanted_tool(asked)
    if tool is not None:
        call = Call(str(tool["name"]), fill_schema(tool.get("input_schema") or {}, asked, words))
        lead = "" if asked.forced else words.sentence(CALLING)
        return Draft(lead, thinking, (call,))
    return Draft(_text(asked, words), thinking)


def forced_call(asked: Asked, rng: Random) -> Call | None:
    """A call of the tool that `tool_choice` demands; None where the caller has none to offer."""
    calls = improvise(asked, rng).calls
    return calls[0] if calls else None


def fill_schema(schema: Json, asked: Asked, words: _Words) -> dict[str, Any]:
    """Arguments that satisfy a tool's `input_schema`, taken from what the user said."""
    made = Filler(asked.user, words.keywords[0], schema).value({"type": "object", **schema})
    return made if isinstance(made, dict) else {}


def keywords(text: str, most: int = 12) -> list[str]:
    """The words that a text is about: the frequent ones first, then in order of appearance."""
    found = [w for w in _WORD.findall(_TAG.sub(" ", text)) if w.lower() not in _COMMON]
    shown = {word.lower(): word[:40] for word in reversed(found)}
    frequent = Counter(word.lower() for word in found)
    return [shown[word] for word, _ in frequent.most_common(most)]


def quotes(text: str) -> list[str]:
    """Clauses of a text that are short enough to quote, the meatiest first."""
    bare = (" ".join(clause.split()) for clause in _CLAUSE.findall(_TAG.sub("\n", text)))
    fit = [clause.strip(" ,:-–—“”\"'") for clause in bare if 12 <= len(clause) <= 120]
    if not fit and text.strip():
        fit = [" ".join(_TAG.sub(" ", text).split())[:80].rstrip()]
    return sorted(filter(None, fit), key=lambda clause: -len(keywords(clause)))[:5]


def _words(asked: Asked, rng: Random) -> _Words:
    about = keywords(asked.user) or keywords(asked.system)
    spare = [word for word in ("the request", "the details") if len(about) < 2]
    rules = quotes(asked.system)
    return _Words([*about, *spare], quotes(asked.user) or rules, rules, asked.temperature, rng)


def _text(asked: Asked, words: _Words) -> str:
    form = asked.output_config.get("format")
    if isinstance(form, Mapping) and isinstance(form.get("schema"), Mapping):
        return _pretty(
            Filler(asked.user, _prose(asked, words), form["schema"]).value(form["schema"])
        )
    if _JSON.search(asked.system) or _JSON.search(asked.user):
        return _pretty(_object(asked, words))
    return _prose(asked, words)


def _prose(asked: Asked, words: _Words) -> str:
    results = [_report(block, words) for block in asked.tool_results]
    if _BRIEFLY.search(asked.system + "\n" + asked.user):
        return " ".join(results) or words.sentence(BRIEF)
    obeying = [words.sentence(OBEYING)] if words.rules else []
    if _LISTED.search(asked.system + "\n" + asked.user):
        points = [f"- {point}" for point in words.several(MIDDLES, words.number(4, 1))]
        return "\n".join([*results, words.sentence(OPENINGS), "", *points, "", *obeying])
    first = " ".join([*(results or [words.sentence(OPENINGS)]), *words.several(MIDDLES, 2)])
    more = words.several(MIDDLES[2:], words.number(2, 1))
    return first + "\n\n" + " ".join([*obeying, *more, words.sentence(CLOSINGS)])


def _report(block: Json, words: _Words) -> str:
    said = _flat(result_text(block)) or "nothing"
    wordings = FAILURES if block.get("is_error") else RESULTS
    told = _Words(words.keywords, [said[:160]], (), words.temperature, words.rng)
    return told.sentence(wordings)


def _flat(text: str) -> str:
    """JSON as words: `status: shipped, days late: 9`; any other text on one line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, Mapping):
        return ", ".join(f"{str(k).replace('_', ' ')}: {v}" for k, v in value.items())
    return " ".join(text.split())


def _object(asked: Asked, words: _Words) -> Any:
    """The JSON that the prompt asks for: an example's keys, else the keys it names."""
    source = asked.system + "\n" + asked.user
    for example in _OBJECT.findall(source):
        try:
            shape = json.loads(example)
        except ValueError:
            continue
        if shape:
            return {key: _like(value, asked, words) for key, value in shape.items()}
    names = list(dict.fromkeys(_KEYS.findall(source)))[:8]
    if names:
        return {name: _like("", asked, words, name) for name in names}
    return {"answer": words.sentence(BRIEF), "topics": list(words.keywords[:3])}


def _like(value: Any, asked: Asked, words: _Words, name: str = "") -> Any:
    """A value of the same type as the example's; `a|b|c` is a choice."""
    if isinstance(value, str):
        schema: Json = {"type": "string"}
        if len(choices := [c.strip() for c in value.split("|")]) > 1:
            schema = {"enum": choices}
        return Filler(asked.user, words.sentence(BRIEF), {}).value(schema, name)
    if isinstance(value, list):
        return list(words.keywords[:3])
    return value


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _wanted_tool(asked: Asked) -> Json | None:
    """The tool to call: the one demanded, else the first that the user's words point to."""
    choice, offered = asked.choice, [t for t in asked.tools if "input_schema" in t]
    match choice["type"]:
        case "tool":
            return next((t for t in offered if t["name"] == choice["name"]), None)
        case "any":
            return next((t for t in offered if _mentioned(t, asked.user)), (*offered, None)[0])
        case "auto" if not asked.tool_results:
            return next((t for t in offered if _mentioned(t, asked.user)), None)
    return None


def _mentioned(tool: Json, text: str) -> bool:
    named = _stems(re.split(r"[_-]|(?<=[a-z])(?=[A-Z])", str(tool["name"])))
    described = _stems(_WORD.findall(str(tool.get("description", ""))))
    said = _stems(_WORD.findall(text))
    return bool(named & said) or len(described & said) > 1


def _stems(words: Iterable[str]) -> set[str]:
    """Words made comparable: lower case, no plural, nothing common."""
    low = (word.lower() for word in words)
    return {w.removesuffix("s") for w in low if len(w) > 2 and w not in _COMMON}
