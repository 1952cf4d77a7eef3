"""What a text is about: the things it names, and the clauses worth quoting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_WORD = re.compile(r"[^\W_][\w'’-]*[^\W_]|[^\W_]")
_WORD_OR_BREAK = re.compile(rf"{_WORD.pattern}|[^\w\s'’-]|\n")
_CLAUSE = re.compile(r"[^.!?;\n\r。！？]+")
_ROLE = re.compile(r"(?i)^(?:you are|you're|act as|i am|i'm)\b")
_ARTICLES = "a an the my our your their his her its this that these those"
_DETERMINERS = frozenset(_ARTICLES.split())
_COMMON_WORDS = (
    "a about above after again all also am an and any are as asked at be because been before being "
    "below but by can could did do does down each else every few for from get give had has have he "
    "her here hers him his how i if in into is it its just keep like make may me might more most "
    "must my name never no not nor now of off on once one only or other our out over please put "
    "same she should so some such tell than that the their them then there these they this those "
    "to too two under until up upon us use very was we were what when where which while who why "
    "will with would write you your yes let s t re ve ll don doesn isn answer reply say "
    "ask asks buy came come comes compare describe explain find finds found gets go goes got help "
    "helps list look makes need needs said says send sent show shows summarise summarize take "
    "takes told translate want wanted wants classify"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_READ_CHARS = 20_000  # what comes later in a book of a prompt is not spoken of
_SHORTEST, _LONGEST = 12, 120


def topics(text: str, most: int = 12) -> list[str]:
    """The things that a text names, the frequent ones first, then in order of appearance."""
    spoken = _TAG.sub("\n", text[:_READ_CHARS])
    counts: Counter[str] = Counter()
    for run in _runs(spoken):
        counts[run] += 1
    return [topic for topic, _ in counts.most_common(most)]


def quotes(text: str, most: int = 5) -> list[str]:
    """Clauses of a text that are short enough to quote, those that name the most first."""
    bare = (
        " ".join(clause.split()) for clause in _CLAUSE.findall(_TAG.sub("\n", text[:_READ_CHARS]))
    )
    trimmed = (clause.strip(" ,:-–—“”\"'`*#") for clause in bare)
    fit = [c for c in trimmed if _SHORTEST <= len(c) <= _LONGEST and not _ROLE.match(c)]
    if not fit:
        whole = " ".join(_TAG.sub(" ", text[:_READ_CHARS]).split())[:80].strip()
        return [whole] if whole else []
    return sorted(fit, key=lambda clause: -len(topics(clause)))[:most]


def stems(text: str) -> set[str]:
    """The words of a text made comparable: lower case, no plural, nothing common."""
    low = (word.lower() for word in _WORD.findall(text[:_READ_CHARS]))
    return {w.removesuffix("s") for w in low if len(w) > 2 and w not in _COMMON}


def _runs(text: str) -> Iterable[str]:
    """Unbroken runs of words that mean something, at most three long, with their article."""
    run: list[str] = []
    before = ""
    for word in [*_WORD_OR_BREAK.findall(text), "\n"]:
        low = word.lower()
        if _WORD.fullmatch(word) and low not in _COMMON:
            run.append(word[:40])
            continue
        # What a colon follows is a label, not a thing: "Locale: en".
        if word != ":" and any(len(w) > 2 for w in run):
            yield " ".join([*(["the"] if before in _DETERMINERS else []), *run[:3]])
        run, before = [], low
