"""What the YAML parser complains of, in words that a writer of prompts can act on."""

from __future__ import annotations

import re

import yaml

from workbench.documents.finding import Finding, problem_at
from workbench.documents.source import Source
from workbench.errors import Problem

MAX_DEPTH = 100
TOO_DEEP = (f"nested deeper than {MAX_DEPTH} levels", "Is a bracket unclosed?")
_QUOTE = "Quote the value, or use |- and write it on the next line."
_OPEN_QUOTE = "a quoted text is not closed"
_NO_COLON = "a name without its `:`"
_NO_ALIAS = "this begins like a YAML alias or anchor, and is none"
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not", "a second `: ` stands in one value", f"{_QUOTE} Or is it indented?"),
    ("sequence entries are not", "a list may not begin here", "Begin it on a line of its own."),
    ("could not find expected ':'", _NO_COLON, "Write `name: value`."),
    ("Unicode character escape", "this \\u escape is no character", "Write the character itself."),
    ("escape", "this \\ escape is unknown to YAML", "Write \\\\, or use single quotes."),
    ("quoted scalar", _OPEN_QUOTE, "Close it with the quote that opened it."),
    ("scanning an a", _NO_ALIAS, _QUOTE),
    (
        "block scalar",
        "this is not a good beginning of a block of text",
        "Write |- and go on below.",
    ),
    (
        "flow sequence",
        "a list in [ ] is not closed, or lacks a comma",
        "Look for the missing ] or ,",
    ),
    (
        "flow mapping",
        "a mapping in { } is not closed, or lacks a comma",
        "Look for the missing } or ,",
    ),
    ("block collection", "this line is indented differently from its list", "Align the `-` signs."),
    ("block sequence", "this line is indented differently from its list", "Align the `-` signs."),
    ("block mapping", "this line does not fit its surroundings", "Align it with its neighbours."),
    ("block end", "this line does not fit its surroundings", "Align it with its neighbours."),
    ("node content", "a value is missing here", "Look at this line and the one above."),
    ("directive", "a line beginning with % is a YAML directive", _QUOTE),
    ("nesting depth", *TOO_DEEP),  # libyaml counts ahead of us, and has a limit of its own
    ("document start", "something stands before the YAML document", "Begin with `name: value`."),
)
"""Part of the parser's words (libyaml's or PyYAML's own), our words, our hint."""

_BARE = re.compile(r"(?:[:\-,\[{]\s+|^\s*)(\{\{[^{}\n]*\}\})")


def syntax_problem(source: Source, error: Exception) -> Problem:
    """The one problem that the parser stopped at."""
    if isinstance(error, yaml.reader.ReaderError):
        where = error.position if isinstance(error.position, int) else 0
        return source.problem(min(where, len(source.text)), "this character may not stand in YAML")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        found = Finding((), f"this is not YAML: {error}", "Look at its first lines.")
        return problem_at((source.path, 1, 1), found)
    number, column = source.place(mark.index)
    line, before = source.line(number), column - 1
    bare = next((m for m in _BARE.finditer(line) if m.start(1) <= before), None)
    if bare is not None:
        return _bare_variable(source, mark.index - before + bare.start(1), bare[1])
    problem, hint = _worded(error, line, before)
    if problem in {_OPEN_QUOTE, _NO_COLON, _NO_ALIAS} and error.context_mark is not None:
        mark = error.context_mark  # where it began, not where the parser gave up
    return source.problem(mark.index, problem, hint)


def _bare_variable(source: Source, index: int, text: str) -> Problem:
    """`name: {{x}} and more`: the slip that this project's files invite most."""
    problem = f"a value may not begin with {text}: YAML reads it as a mapping"
    hint = "Quote the whole value or use |- and write it on the next line."
    return source.problem(index, problem, hint)


def _worded(error: yaml.MarkedYAMLError, line: str, before: int) -> tuple[str, str]:
    """What is wrong in this line, behind so many of its characters, and what to do."""
    first = line[before : before + 1]
    if "\t" in line[: before + 1] and not line[:before].strip():
        return "a tab indents this line; YAML wants spaces", "Replace the tab by spaces."
    said = f"{error.problem or ''} {error.context or ''}"
    if "cannot start any token" in said:
        return f"a value may not begin with {first}", _QUOTE
    for part, problem, hint in _WORDS:
        if part in said:
            return problem, hint
    return f"this is not YAML: {error.problem}", "Look at this line and the one above."
