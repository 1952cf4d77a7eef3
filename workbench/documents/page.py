"""A YAML text that is changed at one place: where things stand in it, and ways of writing them.

Text in, text out, and never a dump: a change is taken only where the whole, read again, says what
was asked for and nothing else; so comments and layout stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from workbench.documents.finding import Keys
from workbench.documents.source import Source
from workbench.documents.tree import Node, read_tree
from workbench.errors import DocumentError, WorkbenchError

_FLOW = re.compile(r"(?:[&!]\S*\s+)*\{")
_ALIAS = re.compile(r"[^*]*?\*[^\s,\[\]{}]+")
_NAME = re.compile(r"\w(?:(?:[\w.+/ -]|:(?=//))*\w)?")
_WORDS = frozenset(("null", "true", "false"))
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Page:
    """A file's text with what it says: a mapping, or nothing yet."""

    path: Path
    text: str
    root: Node
    bom: str

    @classmethod
    def read(cls, path: Path, text: str) -> Self:
        """The page of a text.

        Raises:
            DocumentError: It cannot be read.
            WorkbenchError: It is no mapping.
        """
        bom = _BOM * text.startswith(_BOM)
        tree = read_tree(Source(path, text.removeprefix(_BOM)))
        if tree.problems:
            raise DocumentError(tree.problems)
        page = cls(path, text.removeprefix(_BOM), tree.root, bom)
        if not isinstance({} if tree.root.value is None else tree.root.value, dict):
            raise page.refusal()
        return page

    @property
    def whole(self) -> str:
        """The text, as it is to be saved."""
        return self.bom + self.text

    def refusal(self) -> WorkbenchError:
        """What is said where no way of writing does it."""
        return WorkbenchError(
            f"the variants of {self.path.name} are written in a way that only you can change",
            hint="Change them in the editor.",
        )

    def taken(self, candidates: Iterator[str], expected: Any) -> Self | None:
        """The first text that says what is expected, and nothing else."""
        for text in candidates:
            try:
                tree = read_tree(Source(self.path, text))
            except DocumentError:
                continue
            if not tree.problems and _same(tree.root.value, expected):
                return replace(self, text=text, root=tree.root)
        return None

    def or_refuse(self, page: Self | None) -> Self:
        """The page where there is one."""
        if page is None:
            raise self.refusal()
        return page

    # Where things stand

    @property
    def newline(self) -> str:
        """How its lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def pair(self, keys: Keys) -> tuple[Node, Node]:
        """The name and the value at these keys; the file itself is its own name.

        Raises:
            KeyError: Nothing stands there.
        """
        key = node = self.root
        for name in keys:
            if isinstance(name, int):
                if name >= len(node.items or ()):
                    raise KeyError(name)
                key = node = (node.items or [])[name]
                continue
            found = [pair for pair in node.pairs or () if pair[0].written == name]
            if not found:
                raise KeyError(name)
            key, node = found[0]
        return key, node

    def holds(self, keys: Keys) -> bool:
        """Whether something stands at these keys."""
        try:
            self.pair(keys)
        except KeyError:
            return False
        return True

    def is_flow(self, node: Node) -> bool:
        """Whether a mapping is written in braces."""
        return _FLOW.match(self.text, node.start) is not None

    def end(self, key: Node, value: Node) -> int:
        """Where what was written for this value ends, comments behind it left out."""
        if value.start < key.start:  # an alias: the value itself stands elsewhere
            found = _ALIAS.match(self.text, key.end)
            return found.end() if found else key.end
        if value.pairs and not self.is_flow(value):
            return self.end(*value.pairs[-1])
        if value.items and self.text[value.start] != "[":
            return max(self.end(key, item) for item in value.items)
        return value.end

    def line(self, index: int) -> int:
        """Where the line of this place begins."""
        return self.text.rfind("\n", 0, index) + 1

    def last_line(self, mapping: Node, at: int) -> int:
        """The line after an entry of a block mapping, comments that follow left out."""
        pairs = mapping.pairs or []
        floor = self.end(*pairs[at])
        after = pairs[at + 1][0].start if at + 1 < len(pairs) else mapping.end
        line = self.line(after) if after < len(self.text) else after
        while line > floor:
            above = self.line(line - 1)
            words = self.text[above:line].strip()
            if above < floor or (words and not words.startswith("#")):
                break
            line = above
        return line

    def without_blank_lines(self, index: int) -> int:
        """Where the blank lines before this line begin."""
        while index and not self.text[self.line(index - 1) : index].strip():
            index = self.line(index - 1)
        return index

    def inserted(self, index: int, line: str) -> str:
        """The text with a line of its own at the start of a line, or behind the last one."""
        before, behind = self.text[:index], self.text[index:]
        if before and not before.endswith("\n"):
            before += self.newline
        if not line.endswith("\n"):
            line += self.newline
        return before + line + behind

    def at(self, mapping: Node, name: str) -> int:
        """Which entry of a mapping has this name."""
        return [key.written for key, _ in mapping.pairs or ()].index(name)

    # Ways of writing

    def with_entry(self, keys: Keys, entry: str) -> Iterator[str]:
        """An entry at the end of the mapping at these keys; of nothing it makes a mapping."""
        key, mapping = self.pair(keys)
        if mapping.start < key.start:
            return
        if mapping.pairs:
            yield from self.with_entry_at(mapping, len(mapping.pairs) - 1, entry)
            return
        gap = " " * (self.text[mapping.start - 1 : mapping.start] == ":")
        yield f"{self.text[: mapping.start]}{gap}{{{entry}}}{self.text[mapping.end :]}"

    def with_entry_at(self, mapping: Node, at: int, entry: str) -> Iterator[str]:
        """An entry after the one at this place, in the layout that they have."""
        if self.is_flow(mapping):
            yield from self.with_flow_entry(mapping, at, entry)
            return
        first = (mapping.pairs or [])[0][0].start
        indent = " " * (first - self.line(first))
        end = self.last_line(mapping, at)
        for index in dict.fromkeys((self.without_blank_lines(end), end)):
            yield self.inserted(index, indent + entry)

    def with_flow_entry(self, mapping: Node, at: int, entry: str) -> Iterator[str]:
        """An entry in braces."""
        end = self.end(*(mapping.pairs or [])[at])
        yield f"{self.text[:end]}, {entry}{self.text[end:]}"

    def replaced(self, keys: Keys, value: Any) -> Iterator[str]:
        """Another value at these keys: several lines as a block where they can be one."""
        key, node = self.pair(keys)
        start = key.end + 1 if node.start < key.start else node.start  # an alias goes
        end = self.end(key, node)
        gap = " " * (self.text[start - 1 : start] == ":")
        before, behind = f"{self.text[:start]}{gap}", self.text[end:]
        if isinstance(value, str) and "\n" in value:
            line = self.text[self.line(key.start) : key.start]
            indent = " " * (len(line) - len(line.lstrip(" -")) + 2)
            lines = [indent * bool(line) + line for line in value.split("\n")]
            for mark in "|-", "|":
                yield f"{before}{self.newline.join((mark, *lines))}{self.newline}{behind}"
        yield f"{before}{written(value)}{behind}"
        yield f"{before}{written(value)}{self.newline}{behind}"  # in place of a block

    def without(self, keys: Keys) -> Iterator[str]:
        """The text without the entry at these keys; a comment above it stays."""
        _, mapping = self.pair(keys[:-1])
        at = self.at(mapping, str(keys[-1]))
        key, value = (mapping.pairs or [])[at]
        if not self.is_flow(mapping):
            end = self.last_line(mapping, at)
            for index in dict.fromkeys((self.without_blank_lines(end), end)):
                yield self.text[: self.line(key.start)] + self.text[index:]
            return
        before, behind = self.text[: key.start], self.text[self.end(key, value) :]
        if comma := re.match(r"\s*,[ \t]*", behind):
            yield before + behind[comma.end() :]
        yield re.sub(r",[ \t]*\Z", "", before) + behind


def _same(one: Any, other: Any) -> bool:
    """Whether two files say the same; only the order of their own names does not matter."""
    return isinstance(one, dict) and _in_order(one) == _in_order(other)


def _in_order(root: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(root.items())))


def written(value: Any) -> str:
    """A value in YAML, on one line."""
    if isinstance(value, Mapping):
        inner = (f"{written(name)}: {written(each)}" for name, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str) and _NAME.fullmatch(value) and _is_text(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_text(word: str) -> bool:
    """Whether YAML reads a plain word as text, and not as a number, a date or nothing."""
    return word[0].isalpha() and word.lower() not in _WORDS
