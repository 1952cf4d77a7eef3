"""Where the colours of one line stand: YAML, prose, and what prompts are full of. Pure.

Promises: a line costs one pass of a few regular expressions, whatever the size of the file.
What lies above a line matters only through its `Context` (inside a block scalar or a quoted
text that began earlier), and `Contexts` remembers those from the top down, so that an edit
costs the lines from the edit to the bottom of the screen and no more.

No YAML is loaded here. Half-typed text is the normal case, so everything reads generously.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workbench.documents.variables import VARIABLE

Span = tuple[int, int, str]
"""Start and end (code points, end exclusive) and a style's name. Later spans lie on top."""

STYLES = (
    "key",
    "string",
    "number",
    "constant",
    "comment",
    "marker",
    "heading",
    "tag",
    "file",
    "cache",
    "variable",
    "unset",
    "control",
)
"""Every style a span can name."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a line begins in.

    block: the column of the node whose block scalar (`|`, `>`) we are in; lines further to
    the right, and blank ones, are its text. None outside.
    quote: the quote character of a quoted scalar still open, or empty.
    """

    block: int | None = None
    quote: str = ""


OUTSIDE = Context()

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<comment>(?<!\S)\#.*)
    | (?P<double>"(?:[^"\\]|\\.)*+(?P<double_end>"?)\\?)
    | (?P<single>'(?:[^']|'')*+(?P<single_end>'?))
    | (?P<document>(?<![^\n])(?:---|\.\.\.)(?=\s|$)|(?<![^\n])%.*)
    | (?P<anchor>[&*][^\s,\[\]{}]+|![^\s,\[\]{}]*)
    | (?P<block>[|>][-+0-9]{0,2}(?=\s*(?:\s\#.*)?$))
    | (?P<dash>[-?](?=\s|$))
    | (?P<colon>:(?=\s|$|["'\[{]))
    | (?P<opening>[\[{])
    | (?P<closing>[\]}])
    | (?P<comma>,)
    | (?P<plain>\S)
    )""",
    re.VERBOSE,
)
_PLAIN_IN_BLOCK = re.compile(r"(?:[^:#\s]|:(?=\S)|(?<=\S)\#|\s+(?=[^\s#]))*")
_PLAIN_IN_FLOW = re.compile(r"(?:[^:#\s,\[\]{}]|:(?=[^\s,\[\]{}])|(?<=\S)\#|\s+(?=[^\s#,\[\]{}]))*")
_COLON = re.compile(r"\s*:(?=\s|$|[\"'\[{,])")
_CLOSING = {
    '"': re.compile(r'(?:[^"\\]|\\.)*+"'),
    "'": re.compile(r"(?:[^']|'')*+'(?!')"),
}
_NUMBER = re.compile(
    r"[-+]?(?:0o[0-7]+|0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN)"
)
_CONSTANTS = frozenset(
    ["true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~"]
)
_CACHE_KEYS = frozenset(["cache_control", '"cache_control"', "'cache_control'"])

_TAG = re.compile(r"</?[A-Za-z_][\w:.-]*(?:\s[^<>]*)?/?>")
_FILE = re.compile(r"file://[^\s\"'`,\]})>]+")
_HEADING = re.compile(r"\s*(?P<heading>\#{1,6}\s.*)|\s*(?P<marker>(?:[-*+]|\d{1,3}[.)])(?=\s))")
_CONTROL = re.compile("[\u2400-\u2421\ufffd]+")
_HEADER_SIGNS = re.compile(r"[|>\"']")


@dataclass(slots=True)
class _Token:
    kind: str  # a group of _TOKEN, or "key"
    start: int
    end: int
    open: bool = False  # a quoted text that goes on in the next line


def _tokens(line: str, start: int) -> Iterator[_Token]:
    """The YAML tokens of a line from column `start`, outside any block scalar."""
    depth = 0
    while match := _TOKEN.match(line, start):
        kind = match.lastgroup or ""
        kind = {"double_end": "double", "single_end": "single"}.get(kind, kind)
        begin, start = match.span(kind)
        if kind == "plain":
            rule = _PLAIN_IN_FLOW if depth else _PLAIN_IN_BLOCK
            start = max(start, _end(rule, line, begin))
        elif kind == "opening":
            depth += 1
        elif kind == "closing":
            depth -= 1
        unclosed = kind in ("double", "single") and not match[f"{kind}_end"]
        if kind in ("plain", "double", "single") and not unclosed and _COLON.match(line, start):
            kind = "key"
        yield _Token(kind, begin, start, unclosed)


def _end(rule: re.Pattern[str], line: str, start: int) -> int:
    match = rule.match(line, start)
    return match.end() if match else start


def _resume(line: str, context: Context) -> int | None:
    """The column at which YAML goes on in a line that begins in `context`; None if nowhere."""
    if context.quote:
        closing = _CLOSING[context.quote].match(line)
        return closing.end() if closing else None
    if context.block is not None:
        text = line.lstrip(" ")
        if not text.strip() or len(line) - len(text) > context.block:
            return None
    return 0


def is_text(line: str, context: Context) -> bool:
    """Whether the line is text of a scalar from end to end, so that no sign in it is YAML's."""
    return _resume(line, context) is None


def after(line: str, context: Context) -> Context:
    """What the next line begins in, if `line` began in `context`."""
    start = _resume(line, context)
    if start is None:
        return context
    if not _HEADER_SIGNS.search(line, start):  # nearly every line: nothing can open here
        return OUTSIDE
    column, last = None, None
    for token in _tokens(line, start):
        if token.kind in ("key", "dash"):
            column = token.start
        elif token.kind == "document":
            column = -1
        if token.kind != "comment":
            last = token
    if last is None:
        return OUTSIDE
    if last.kind == "block":
        return Context(block=last.start - 1 if column is None else column)
    return Context(quote=line[last.start]) if last.open else OUTSIDE


class Contexts:
    """The context of every line asked for, remembered until a line above it changes."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._known = [OUTSIDE]

    def at(self, row: int) -> Context:
        """What line `row` (from 0) begins in."""
        known = self._known
        while len(known) <= row:
            known.append(after(self._lines[len(known) - 1], known[-1]))
        return known[row]

    def changed(self, row: int) -> None:
        """Line `row`, or what follows it, is no longer what it was."""
        del self._known[row + 1 :]


def yaml_spans(
    line: str, context: Context = OUTSIDE, known: Collection[str] | None = None
) -> list[Span]:
    """The spans of one line of YAML.

    Args:
        known: The variables that have a value; None if that is not known.
    """
    start = _resume(line, context)
    if start is None and context.quote:
        return [(0, len(line), "string"), *_marks(line, known)]
    if start is None:
        return prose_spans(line, known)
    spans: list[Span] = [(0, start, "string")] if start else []
    end = len(line)
    cache: int | None = None
    for token in _tokens(line, start):
        if token.kind == "comment":
            end = token.start  # a variable in a comment is no variable
        elif token.kind == "key" and line[token.start : token.end] in _CACHE_KEYS:
            cache = token.start
        if token.kind == "plain":
            spans.extend(_scalar(line[token.start : token.end], token.start))
        elif style := _TOKEN_STYLES.get(token.kind):
            spans.append((token.start, token.end, style))
    if cache is not None:
        spans.append((cache, len(line[:end].rstrip()), "cache"))
    return [*spans, *_marks(line, known, end)]


def prose_spans(line: str, known: Collection[str] | None = None) -> list[Span]:
    """The spans of one line of Markdown or plain text."""
    spans: list[Span] = []
    if (match := _HEADING.match(line)) and match.lastgroup:
        spans.append((*match.span(match.lastgroup), match.lastgroup))
    return [*spans, *_marks(line, known)]


_TOKEN_STYLES = {
    "comment": "comment",
    "double": "string",
    "single": "string",
    "document": "marker",
    "anchor": "marker",
    "block": "marker",
    "key": "key",
}


def _scalar(text: str, start: int) -> Iterator[Span]:
    """The span of a plain scalar that YAML does not read as text."""
    text = text.rstrip(",")  # JSON over several lines
    if text in _CONSTANTS:
        yield (start, start + len(text), "constant")
    elif _NUMBER.fullmatch(text):
        yield (start, start + len(text), "number")


def _marks(line: str, known: Collection[str] | None, end: int | None = None) -> Iterator[Span]:
    """What means something in a prompt wherever it stands: tags, files, variables."""
    stop = len(line) if end is None else end
    if "<" in line:
        yield from ((*match.span(), "tag") for match in _TAG.finditer(line, 0, stop))
    if "file://" in line:
        yield from ((*match.span(), "file") for match in _FILE.finditer(line, 0, stop))
    if "{{" in line:
        for match in VARIABLE.finditer(line, 0, stop):
            there = known is None or match[1] in known
            yield (*match.span(), "variable" if there else "unset")
    if not line.isascii():
        yield from ((*match.span(), "control") for match in _CONTROL.finditer(line))
