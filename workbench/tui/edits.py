"""What an editing key does to lines of text. Pure: lines in, lines out.

Promises: text that is not touched by the act stays as it is, to the letter; a blank line never
gains trailing spaces; undoing an act by its counterpart gives the first text back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

INDENT = "  "
"""One level of YAML. Fixed: the files of a workbench folder should look alike."""

PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}
"""What a typed character brings along."""

_COMMENT = re.compile(r"(?P<indent>\s*)# ?")
_DASHES = re.compile(r"(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)")
_OPENS = re.compile(r"(?::|[\[{]|(?:^|\s)-|(?:^|\s)[|>][-+0-9]{0,2})\s*$")
_REMARK = re.compile(r"\s#.*$")
_KEY = re.compile(r"""(?:[^\s"'#:][^#:]*|"[^"]*"|'[^']*')\s*:(?:\s|$)""")
_WORD = re.compile(r"\{\{[^}]*\}\}|[^\s:,\[\]{}\"'#]+|\S")


def indented(lines: Sequence[str]) -> list[str]:
    """Every line one level deeper; blank lines stay."""
    return [INDENT + line if line.strip() else line for line in lines]


def dedented(lines: Sequence[str]) -> list[str]:
    """Every line one level back, as far as it has blanks to give."""
    return [re.sub(rf"^(?:\t| {{1,{len(INDENT)}}})", "", line) for line in lines]


def commented(lines: Sequence[str]) -> list[str]:
    """The lines as comments, in one column; or, if all are comments, as they were before."""
    real = [line for line in lines if line.strip()]
    if not real:
        return list(lines)
    if all(_COMMENT.match(line) for line in real):
        return [_COMMENT.sub(r"\g<indent>", line, count=1) for line in lines]
    column = min(len(line) - len(line.lstrip()) for line in real)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]


def indent_after(before: str, *, literal: bool) -> str:
    """The blanks that a new line begins with when Enter is pressed after `before`.

    Args:
        before: The line up to the cursor.
        literal: Inside a block scalar or in prose, where signs mean nothing.
    """
    match = _DASHES.match(before)
    assert match is not None  # it matches the empty string
    indent, dashes = match["indent"], match["dashes"]
    if literal:
        return indent
    body = before[match.end() :]
    # In "- role: user" the next key stands under `role`; after "- text" comes the next dash.
    if dashes and (_KEY.match(body) or not body.strip()):
        indent += " " * len(dashes)
    return indent + INDENT if _OPENS.search(_REMARK.sub("", before)) and body.strip() else indent


def pair_for(character: str, before: str, behind: str) -> str | None:
    """The partner to insert after `character` typed between `before` and `behind`.

    None where it would be in the way: before a word, or at an apostrophe.
    """
    partner = PAIRS.get(character)
    if partner is None or (behind and not behind[0].isspace() and behind[0] not in ")]},:;\"'"):
        return None
    if partner == character and before and (before[-1].isalnum() or before[-1] in "\"'\\"):
        return None
    return partner


def steps_over(character: str, before: str, behind: str) -> bool:
    """Whether `character` is already there as the partner of one that stands before."""
    if character not in PAIRS.values() or not behind.startswith(character):
        return False
    (opening,) = [key for key, value in PAIRS.items() if value == character]
    if opening == character:
        return before.count(character) % 2 == 1
    return before.count(opening) > before.count(character)


def in_common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines at the top and at the bottom are alike; of each text one line is left out."""
    most = min(len(old), len(new)) - 1
    top = next((i for i in range(most) if old[i] != new[i]), most)
    most -= top
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return top, tail


def word_at(line: str, column: int) -> tuple[int, int]:
    """Where to underline for a problem at `column` (from 0): its word, or the end of the line."""
    if match := _WORD.match(line, max(0, column)):
        return match.span()
    end = len(line.rstrip())
    return max(0, min(column, end) - 1), end
