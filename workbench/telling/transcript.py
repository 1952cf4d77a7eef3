"""A run told as pieces of text to append: its blocks as they grow, and how it ended, in words.

Values in, pieces out; no Textual. Each call tells only what is new since the last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Protocol

from workbench.run import Run
from workbench.telling.ending import ending, refused_tries
from workbench.telling.pretty import PrettyJson
from workbench.wire.blocks import Block

Piece = tuple[str, str]
"""(kind, text), with the kinds of `streamtext.KINDS`."""

MOST_JSON = 2_000
"""Characters shown of a block that we know no better way to show."""


class Transcript:
    """How far one run has been told."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[int, int]] = {}  # of each block, when last told
        self._begun: dict[int, tuple[str, str]] = {}  # how each block began, when first told
        self._teller: _Teller | None = None
        self._sources: list[str] = []
        self._tail = ""
        self._closed = False

    def news(self, run: Run) -> list[Piece] | None:
        """What is new in `run`; None where something told before has changed since.

        After None, a fresh transcript tells the run from its start.
        """
        told: list[Piece] = []
        newest, last = max(self._sizes, default=-1), max(run.blocks, default=-1)
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
            self._sizes[index] = size
            over = block.stopped or index < last or run.end_state is not None
            self._tell(block, told, begins=index > newest, over=over)
        if run.end_state is not None and not self._closed:
            self._closed = True
            self._close(run, told)
        return told

    def _tell(self, block: Block, told: list[Piece], *, begins: bool, over: bool) -> None:
        if begins or self._teller is None:
            goes_on = isinstance(self._teller, _Words) and self._teller.cited
            self._teller = _teller(block, self._sources)
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

    def __init__(self, sources: list[str]) -> None:
        self._told = 0
        self._cited: list[int] = []
        self._seen = 0
        self._sources = sources

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
            yield "label", "".join(f"[{n}]" for n in sorted(set(self._cited)))
            self._cited = []

    def _number(self, citation: object) -> int:
        source = _source(citation)
        if source not in self._sources:
            self._sources.append(source)
        return self._sources.index(source) + 1


class _Thinking:
    """Thinking, labelled; where the provider keeps it to itself, that is said."""

    def __init__(self) -> None:
        self._told = 0
        self._labelled = False

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        shown = block.shown
        if not self._labelled and (shown or over):
            self._labelled = True
            yield "label", "thinking\n" if shown else "thinking (the provider does not show it)"
        yield "thinking", shown[self._told :]
        self._told = len(shown)


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

    def __init__(self) -> None:
        self._told = False

    def tell(self, block: Block, over: bool) -> Iterator[Piece]:
        if not over or self._told:
            return
        self._told = True
        whole = block.to_json()
        match whole:
            case {"type": "redacted_thinking", "data": str(data)}:
                yield "label", f"redacted thinking ({len(data):,} characters, not readable)"
            case {"type": "image", "source": {"media_type": media, "data": str(data)}}:
                yield "label", f"image, {media}, {len(data) * 3 // 4 / 1000:,.1f} kB"
            case {"type": "image", "source": {"url": url}}:
                yield "label", f"image, {url}"
            case _:
                whole.pop("type", None)
                words = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
                more = len(words) - MOST_JSON
                yield "label", f"{block.type or 'a block without a type'} "
                yield "json", words[:MOST_JSON]
                yield "label", f" … and {more:,} characters more" if more > 0 else ""


def _teller(block: Block, sources: list[str]) -> _Teller:
    match block.type:
        case "text":
            return _Words(sources)
        case "thinking":
            return _Thinking()
        case "tool_use" | "server_tool_use":
            return _Call()
    return _Whole()


def _source(citation: object) -> str:
    """What a citation rests on, in a line."""
    if not isinstance(citation, Mapping):
        return str(citation)
    title = citation.get("title") or citation.get("document_title") or ""
    place = citation.get("url") or citation.get("source") or ""
    index = citation.get("document_index", citation.get("search_result_index"))
    fallback = f"document {index + 1}" if isinstance(index, int) else "a source without a name"
    return "  ".join(str(part) for part in (title, place) if part) or fallback
