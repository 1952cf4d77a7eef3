"""An answer's Markdown, rendered as pieces of text like any other telling of it.

Nothing is lost on the way: lines end where the model ended them, and what looks like HTML or XML
is text. Prompts are full of `<tags>`, and renderers for the web make them vanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from workbench.telling.flow import HANGING, cells_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode as Node

Piece = tuple[str, str]
Row = tuple[str, list[Piece]]
"""One line: what it is set in by, and its pieces."""

RULE = "─" * 24
_TAG = re.compile(r"</?[A-Za-z_][\w:.-]*(?:\s[^<>\n]*)?/?>")
_BETWEEN = " │ "


def rendered(text: str) -> list[Piece]:
    """Markdown as (kind, text): words, and headings, lists, quotes, code and tables as such.

    The kinds are `heading`, `strong`, `emphasis`, `strike`, `code`, `link`, `bullet`, `label` and
    `text`. Blanks and newlines at both ends stay as they are.
    """
    from markdown_it.tree import SyntaxTreeNode

    body = text.strip("\n")
    if not body:
        return [("text", text)]
    start = text.index(body)
    told: list[Piece] = [("text", text[:start])]
    tree = SyntaxTreeNode(_parser().parse(body))
    for number, (inset, pieces) in enumerate(_blocks(tree.children)):
        told += [("text", "\n")] * bool(number) + [(HANGING, inset), *pieces]
    told.append(("text", text[start + len(body) :]))
    return [(kind, words) for kind, words in told if words]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Without the rule for newlines they stay in the text, with the blanks behind them.
    options = {"html": False, "linkify": False}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("newline")


def _blocks(nodes: Sequence[Node], *, tight: bool = False) -> Iterator[Row]:
    """The lines of some blocks, with a blank line between any two unless they stand close."""
    for number, node in enumerate(nodes):
        if number and not (tight and node.type in ("paragraph", *_LISTS)):
            yield "", []
        yield from _BLOCKS.get(node.type, _as_written)(node)


def _paragraph(node: Node) -> Iterator[Row]:
    yield from _lines(piece for child in node.children for piece in _inline(child))


def _heading(node: Node) -> Iterator[Row]:
    for inset, pieces in _paragraph(node):
        yield inset, [("heading" if kind == "text" else kind, words) for kind, words in pieces]


def _list(node: Node) -> Iterator[Row]:
    tight = all(
        child.hidden
        for item in node.children
        for child in item.children
        if child.type == "paragraph"
    )
    begins = node.attrs.get("start", 1)
    for number, item in enumerate(node.children):
        if number and not tight:
            yield "", []
        ordered = node.type == "ordered_list"
        sign = f"{int(begins) + number}. " if ordered else "• "
        yield from _inset(_blocks(item.children, tight=tight), sign, " " * len(sign))


def _quote(node: Node) -> Iterator[Row]:
    yield from _inset(_blocks(node.children), "│ ", "│ ", blank=True)


def _inset(rows: Iterable[Row], first: str, rest: str, *, blank: bool = False) -> Iterator[Row]:
    sign, empty = first, True
    for inset, pieces in rows:
        if pieces or inset or blank or sign is first:
            yield sign + inset, pieces
        else:
            yield "", []
        sign, empty = rest, False
    if empty:
        yield first, []


def _code(node: Node) -> Iterator[Row]:
    if node.info.strip():
        yield "  ", [("label", node.info.strip())]
    for line in node.content.removesuffix("\n").split("\n"):
        yield "  ", [("code", line)]


def _rule(_: Node) -> Iterator[Row]:
    yield "", [("label", RULE)]


def _table(node: Node) -> Iterator[Row]:
    rows = [
        [[p for child in cell.children for p in _inline(child)] for cell in row.children]
        for part in node.children
        for row in part.children
    ]
    sizes = [[cells_of("".join(words for _, words in cell)) for cell in row] for row in rows]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    for number, (row, taken) in enumerate(zip(rows, sizes, strict=True)):
        line: list[Piece] = []
        for cell, size, width in zip(row, taken, widths, strict=True):
            line += [("label", _BETWEEN)] * bool(line)
            line += [("strong" if k == "text" and not number else k, words) for k, words in cell]
            line.append(("text", " " * (width - size)))
        yield "", line
        if not number:
            yield "", [("label", "─┼─".join("─" * width for width in widths))]


def _as_written(node: Node) -> Iterator[Row]:
    """A block of a kind that we do not know: its text as it came."""
    yield from _lines([("text", node.content)])


_LISTS = ("bullet_list", "ordered_list")
_BLOCKS: Mapping[str, Callable[[Node], Iterator[Row]]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table": _table,
}
_INLINE = {"strong": "strong", "em": "emphasis", "s": "strike", "link": "link"}


def _lines(pieces: Iterable[Piece]) -> Iterator[Row]:
    """Pieces as lines, split where there is a newline in them."""
    line: list[Piece] = []
    for kind, words in pieces:
        first, *others = words.split("\n")
        line.append((kind, first))
        for other in others:
            yield "", line
            line = [(kind, other)]
    yield "", line


def _inline(node: Node, kind: str = "text") -> Iterator[Piece]:
    """What stands in a line; `kind` is what it stands inside of."""
    match node.type:
        case "text":
            yield from _with_tags(node.content, kind)
        case "code_inline":
            yield "code", node.content
        case "softbreak" | "hardbreak":
            yield kind, "\n"
        case "image":
            yield "label", f"image: {node.content or 'without a name'} ({node.attrs.get('src')})"
        case "link":
            words = list(_inside(node, "link"))
            yield from words
            if (place := str(node.attrs.get("href", ""))) != "".join(text for _, text in words):
                yield "label", f" ({place})"
        case other:
            yield from _inside(node, _INLINE.get(other, kind) if kind == "text" else kind)


def _inside(node: Node, kind: str) -> Iterator[Piece]:
    if not node.children:
        yield kind, node.content
    for child in node.children:
        yield from _inline(child, kind)


def _with_tags(text: str, kind: str) -> Iterator[Piece]:
    """Text, what looks like a tag in it as code."""
    done = 0
    for match in _TAG.finditer(text):
        yield kind, text[done : match.start()]
        yield "code", match.group()
        done = match.end()
    yield kind, text[done:]
