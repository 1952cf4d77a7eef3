"""What completes at a place of a text: names, values, models, variables, tools, files. Pure.

Computed from the lines as they stand and from what is known of the prompt; a letter costs a look
at the lines around it, never a reading of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from workbench.documents.kinds import endings
from workbench.documents.offers import Offer, Way, names_at, steps_of, values_at
from workbench.documents.variables import NAME
from workbench.tui.known import Known
from workbench.tui.outline import IsText, Spot, spot_at

_VARIABLE = re.compile(r"\{\{[ \t]*(" + NAME + r")?$")
_FILE = re.compile(r"file://([^\s\"'`,\])>}]*)$")
_REST = re.compile(r"[\w.:/-]*")
_REST_OF_NAME = re.compile(r"[\w.-]*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing to take: what is shown, and what is put into the text."""

    shown: str
    inserted: str
    tells: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """What there is to take at a place.

    Args:
        start: The column where what is typed begins; `end` is where what is replaced ends.
        candidates: What fits what is typed, the likeliest first.
        certain: Whether it may be shown unasked.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a text.

    Args:
        lines: The lines of the text.
        row: Its line, from 0.
        column: Its column, from 0.
        kind: Of which kind the file is: prompt, system, tools, cases; empty for prose.
        is_text: Whether a line is text from end to end, where YAML's signs mean nothing.
        files: The files that `file://` may name, given what is typed of the name.
    """

    lines: Sequence[str]
    row: int
    column: int
    kind: str
    is_text: IsText
    files: Callable[[str], Sequence[str]] = field(default=lambda _: ())

    @property
    def before(self) -> str:
        """The line up to the cursor."""
        return self.lines[self.row][: self.column]

    @property
    def behind(self) -> str:
        """The line from the cursor on."""
        return self.lines[self.row][self.column :]


def completion(place: Place, known: Known) -> Completion | None:
    """What completes at a place; None where nothing does."""
    if variable := _VARIABLE.search(place.before):
        return _variables(place, known, variable[1] or "")
    if not place.kind or place.is_text(place.row):
        return None
    spot = spot_at(place.lines, place.row, place.column, place.is_text)
    if spot is None:
        return None
    if (file := _FILE.search(place.before)) is not None:
        return _files(place, spot, file[1])
    typed = place.before[spot.start :]
    end = place.column + len(_rest(_REST, place.behind))
    candidates: list[Candidate] = []
    if spot.values:
        candidates += [Candidate(text, text) for text in _values(place.kind, spot, known)]
    certain = bool(candidates) and not spot.names
    if spot.names:
        candidates += _names(place, spot, known, typed)
    return _made(spot.start, end, _fitting(candidates, typed), certain)


def _made(
    start: int, end: int, candidates: Iterable[Candidate], certain: bool
) -> Completion | None:
    found = tuple(candidates)
    return Completion(start, end, found, certain) if found else None


def _rest(pattern: re.Pattern[str], behind: str) -> str:
    match = pattern.match(behind)
    return match[0] if match else ""


def _fitting(candidates: Sequence[Candidate], typed: str) -> list[Candidate]:
    """What begins as is typed, then what holds it; nothing where it is typed already.

    One letter says too little to be looked for inside.
    """
    wanted = typed.casefold()
    if [one.shown for one in candidates if one.shown.casefold() == wanted] and wanted:
        return []
    begins = [one for one in candidates if one.shown.casefold().startswith(wanted)]
    holds = [one for one in candidates if len(wanted) > 1 and wanted in one.shown.casefold()]
    return [*dict.fromkeys((*begins, *holds))]


def _variables(place: Place, known: Known, typed: str) -> Completion | None:
    rest = _rest(_REST_OF_NAME, place.behind)
    blanks = len(place.behind) - len(place.behind[len(rest) :].lstrip()) - len(rest)
    behind = place.behind[len(rest) + blanks :]
    end = place.column + len(rest)
    if behind.startswith("}}"):
        end += blanks + 2
    elif behind.startswith("}"):
        end += blanks + 1
    candidates = [Candidate(name, f"{name}}}}}") for name in known.variables]
    return _made(place.column - len(typed), end, _fitting(candidates, typed), True)


# Files


def _files(place: Place, spot: Spot, typed: str) -> Completion | None:
    """Those that may stand there: under `tools:` tools, under `cases:` cases; else texts too."""
    keys = _keys(spot.way)
    name = str(keys[-1]) if keys else ""
    whole = keys == ["system"] or (keys[:1] == ["variants"] and len(keys) == 3)
    candidates = [
        Candidate(file, file)
        for file in place.files(typed)
        if file.endswith("/") or _may_stand(file, name, whole)
    ]
    end = place.column + len(_rest(_REST, place.behind))
    return _made(place.column - len(typed), end, _fitting(candidates, typed), True)


def _keys(way: Way) -> list[str | int]:
    return [step.key for step in way]


def _may_stand(file: str, name: str, whole: bool) -> bool:
    """Whether a file fits what it is named for; `whole`: as all of the system prompt."""
    if name in ("tools", "cases"):
        others = (".csv", ".jsonl") if name == "cases" else ()
        return file.endswith((*endings(name), *others))
    if name == "system" and whole and file.endswith(endings(name)):
        return True
    return not file.endswith((".yaml", ".yml"))


# Names and values


def _names(place: Place, spot: Spot, known: Known, typed: str) -> list[Candidate]:
    way, prefix = list(spot.way), ""
    if _is_patch(way) and "." in typed:
        prefix = typed.rpartition(".")[0]
        way += steps_of(prefix)
        prefix += "."
    offers = names_at(place.kind, way, spot.here)
    offers += [Offer(name, holds=True) for name in _own_names(_keys(way), known)]
    return [
        Candidate(prefix + offer.text, _name(prefix + offer.text, offer, place), offer.tells)
        for offer in offers
        if offer.text not in spot.here
    ]


def _name(text: str, offer: Offer, place: Place) -> str:
    """A name as it is put in: with its colon, where there is none yet."""
    behind = place.behind[len(_rest(_REST_OF_NAME, place.behind)) :]
    if behind.startswith(":"):
        return text
    return f"{text}:" if offer.holds else f"{text}: "


def _own_names(keys: list[str | int], known: Known) -> Sequence[str]:
    """The names of mappings whose names are the user's own."""
    if keys == ["mocks"]:
        return known.tools
    if keys[:1] == ["exclude"] and len(keys) == 2:
        return ("variant",)
    return known.variables if keys == ["inputs"] or keys[-1:] == ["vars"] else ()


def _is_patch(way: Way) -> bool:
    return len(way) >= 2 and way[0].key == "variants"


def _values(kind: str, spot: Spot, known: Known) -> Sequence[str]:
    keys = _keys(spot.way)
    names = [key for key in keys if isinstance(key, str)]
    if kind == "prompt" and names[-1:] == ["model"] and (len(keys) == 1 or names[0] in _OF_BODIES):
        return known.models
    if names[-2:] == ["tool_choice", "name"]:
        return known.tools
    return values_at(kind, spot.way)


_OF_BODIES = ("variants", "matrix", "exclude")
