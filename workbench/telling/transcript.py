"""A run told as pieces of text to append: its blocks as they grow, and how it ended, in words.

Values in, pieces out; no Textual. Each call tells only what is new since the last one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import gt
from typing import Protocol

from workbench.run import Run
from workbench.telling.ending import ending, refused_tries
from workbench.telling.picture import picture_words
from workbench.telling.pretty import PrettyJson
from workbench.wire.blocks import Block

Piece = tuple[str, str]
"""(kind, text), with the kinds of `streamtext.KINDS`."""

MOST_JSON = 2_000
"""Characters shown of a block that we know no better way to show."""
THINKING = "thinking"
"""What the words over thinking begin with, folded or not."""

_SPOKEN = ("text", "json", "tool")


def spoken(run: Run) -> str:
    """What a run says, as it is told: its words and its calls, without thinking and notices."""
    told = Transcript().news(run) or []
    return "".join(text for kind, text in told if kind in _SPOKEN).strip("\n")


_FENCED = re.compile(r"\s*```(?:json)?[ \t]*\n(.*)\n```\s*", re.DOTALL)


def _nothing(run: Run) -> str:  # by name: a view is pickled
    return ""


@dataclass(frozen=True, slots=True)
class View:
    """How a run is told.

    Args:
        markdown: Its words rendered, for a run that is told in one go; else as they came.
        folded: Of its thinking only how long it is.
        json: Words that are JSON laid out.
        image_tier: How large pictures may get before the model shrinks them; empty: unknown.
        to_press: Says of a run that is over what to press to have another one end better.
    """

    markdown: bool = False
    folded: bool = False
    json: bool = False
    image_tier: str = ""
    to_press: Callable[[Run], str] = _nothing


class Transcript:
    """How far one run has been told."""

    def __init__(self, view: View = View()) -> None:
        self._view = view
        self._sizes: dict[int, tuple[int, int]] = {}  # of each block, when last told
        self._begun: dict[int, tuple[str, str]] = {}  # how each block began, when first told
        self._teller: _Teller | None = None
        self._sources: list[str] = []
        self._tail = ""
        self._over = self._closed = False  # whether its newest block, and all of it, was told so

    def news(self, run: Run) -> list[Piece] | None:
        """What is new in `run`; None where something told before has changed since.

        After None, a fresh transcript tells the run from its start.
        """
        told: list[Piece] = []
        newest, last = max(self._sizes, default=-1), max(run.blocks, default=-1)
        if last < newest or (self._closed and run.end_state is None):
            return None  # it stands where it stood before
        for index in sorted(run.blocks):
            block = run.blocks[index]
            size = (len(block.text), len(block.citations))
            begun = (block.type, str(block.start.get("name")))
            if self._begun.setdefault(index, begun) != begun:
                return None  # its start came late, behind its first deltas
            if index < newest:
                if self._sizes.get(index) != size:
                    return None
                continue
            over = block.stopped or index < last or run.end_state is not None
            if index == newest and (self._over > over or any(map(gt, self._sizes[index], size))):
                return None
            self._sizes[index], self._over = size, over
            self._tell(block, told, begins=index > newest, over=over)
            if isinstance(self._teller, _JsonWords) and self._teller.misjudged:
                return None
        if run.end_state is not None and not self._closed:
            self._closed = True
            self._close(run, told)
        return _rendered(told) if self._view.markdown else told

    def _tell(self, block: Block, told: list[Piece], *, begins: bool, over: bool) -> None:
        if begins or self._teller is None:
            goes_on = isinstance(self._teller, _Words) and self._teller.cited
            self._teller = _teller(block, self._sources, self._view)
            if not (goes_on and block.type == "text"):
                self._part(told)
        self._say(told, *self._teller.tell(block, over))

    def _close(self, run: Run, told: list[Piece]) -> None:
        if self._sources:
            self._part(told)
            lines = (f"[{n}] {source}" for n, source in enumerate(self._sources, 1))
            self._say(told, ("label", "\n".join(lines)))
        end = ending(run)
        if end is not None:
            self._part(told)
            self._say(told, (end.kind, end.problem))
            if end.hint:
                self._say(told, ("label", f"\n{end.hint}"))
            if press := self._view.to_press(run):
                self._say(told, ("label", f"\n{press}"))
        if tries := refused_tries(run):
            self._part(told)
            self._say(told, ("label", tries))

    def _part(self, told: list[Piece]) -> None:
        """Leave a blank line, if anything was told before."""
        if self._tail:
            missing = 2 - (len(self._tail) - len(self._tail.rstrip("\n")))
            self._say(told, ("text", "\n" * missing))

    def _say(self, told: list[Piece], *pieces: Piece) -> None:
        for kind, text in pieces:
            if text:
                told.append((kind, text))
                self._tail = (self._tail + text)[-2:]


class _Teller(Protocol):
    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        """What is new in the block; `over` when nothing more will come of it."""


class _Words:
    """The answer's own words, with a number where they rest on a source."""

    def __init__(self, sources: list[str], *, signs: str = "label") -> None:
        self._told = 0
        self._cited: list[int] = []
        self._seen = 0
        self._sources = sources
        self._signs = signs

    @property
    def cited(self) -> bool:
        return self._seen > 0

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        shown = block.shown
        yield "text", shown[self._told :]
        self._told = len(shown)
        given = block.start.get("citations")
        citations = (*(given if isinstance(given, list) else ()), *block.citations)
        for citation in citations[self._seen :]:
            self._cited.append(self._number(citation))
        self._seen = len(citations)
        if over:
            yield self._signs, "".join(f"[{n}]" for n in sorted(set(self._cited)))
            self._cited = []

    def _number(self, citation: object) -> int:
        source = _source(citation)
        if source not in self._sources:
            self._sources.append(source)
        return self._sources.index(source) + 1


class _JsonWords:
    """Words that look like JSON, laid out as they arrive; once they are whole, only if they are."""

    def __init__(self) -> None:
        self._told = 0
        self._pretty: PrettyJson | None = None
        self.misjudged = False

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        shown = block.shown
        found = _json_in(shown) if over else None
        if self._told:
            self.misjudged = over and (found is None) != (self._pretty is None)
        elif found is not None or (not over and shown.lstrip().startswith(("{", "["))):
            self._pretty = PrettyJson()
        if self._pretty is None:
            yield "text", shown[self._told :]
        else:
            yield (
                "json",
                self._pretty.feed(found if found and not self._told else shown[self._told :]),
            )
        self._told = len(shown)


def is_json(run: Run) -> bool:
    """Whether a run's words, or some of them, are JSON."""
    return any(b.type == "text" and _json_in(b.shown) is not None for b in run.blocks.values())


def _json_in(text: str) -> str | None:
    """The object or list that a text is, be it fenced as code; None where it is none."""
    fenced = _FENCED.fullmatch(text)
    inner = fenced.group(1) if fenced else text
    if not inner.lstrip().startswith(("{", "[")):
        return None
    try:
        json.loads(inner)
    except (ValueError, RecursionError):
        return None
    return inner


class _Thinking:
    """Thinking, labelled; where the provider keeps it to itself, that is said.

    Folded, it is a label that ends with its length, once that is known.
    """

    def __init__(self, *, folded: bool) -> None:
        self._told = 0
        self._labelled = self._counted = False
        self._folded = folded

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        shown = block.shown
        if not self._labelled and (shown or over):
            self._labelled = True
            words = THINKING if shown else f"{THINKING} (the provider does not show it)"
            yield "label", words if self._folded or not shown else f"{words}\n"
        if not self._folded:
            yield "thinking", shown[self._told :]
            self._told = len(shown)
        elif over and shown and not self._counted:
            self._counted = True
            yield "label", f", {len(shown):,} characters"


class _Call:
    """A tool call: its name, then its arguments laid out as they arrive."""

    def __init__(self) -> None:
        self._told = 0
        self._begun = self._ended = False
        self._pretty = PrettyJson()

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        if not self._begun:
            self._begun = True
            yield "tool", f"→ {block.start.get('name') or 'a tool without a name'}"
            yield "json", "("
        yield "json", self._pretty.feed(block.text[self._told :])
        self._told = len(block.text)
        if over and not self._ended:
            self._ended = True
            if not block.text and block.start.get("input"):
                yield "json", json.dumps(block.start["input"], indent=2, ensure_ascii=False)
            if block.input is None:
                yield "notice", " … cut off inside its arguments"
            else:
                yield "json", ")"


class _Whole:
    """A block that comes in one piece, on one line."""

    def __init__(self, image_tier: str) -> None:
        self._told = False
        self._image_tier = image_tier

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        if not over or self._told:
            return
        self._told = True
        whole = block.to_json()
        match whole:
            case {"type": "redacted_thinking", "data": str(data)}:
                yield "label", f"redacted thinking ({len(data):,} characters, not readable)"
            case {"type": "image", "source": Mapping() as source}:
                yield "label", picture_words(source, self._image_tier)
            case _:
                whole.pop("type", None)
                words = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
                more = len(words) - MOST_JSON
                yield "label", f"{block.type or 'a block without a type'} "
                yield "json", words[:MOST_JSON]
                yield "label", f" … and {more:,} characters more" if more > 0 else ""


def _teller(block: Block, sources: list[str], view: View) -> _Teller:
    match block.type:
        case "text" if view.json and not block.citations and not block.start.get("citations"):
            return _JsonWords()
        case "text":
            return _Words(sources, signs="text" if view.markdown else "label")
        case "thinking":
            return _Thinking(folded=view.folded)
        case "tool_use" | "server_tool_use":
            return _Call()
    return _Whole(view.image_tier)


def _rendered(told: list[Piece]) -> list[Piece]:
    """The words among these pieces rendered; neighbours belong together."""
    from workbench.telling.markdown import rendered  # it brings Rich

    shown: list[Piece] = []
    for kind, pieces in groupby(told, key=lambda piece: piece[0]):
        text = "".join(text for _, text in pieces)
        shown += rendered(text) if kind == "text" else [(kind, text)]
    return shown


def _source(citation: object) -> str:
    """What a citation rests on, in a line."""
    if not isinstance(citation, Mapping):
        return str(citation)
    title = citation.get("title") or citation.get("document_title") or ""
    place = citation.get("url") or citation.get("source") or ""
    index = citation.get("document_index", citation.get("search_result_index"))
    fallback = f"document {index + 1}" if isinstance(index, int) else "a source without a name"
    return "  ".join(str(part) for part in (title, place) if part) or fallback
