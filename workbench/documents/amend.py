"""The variants of a prompt file, added, renamed and removed in its text.

Text in, text out, and never a dump: the text is changed at one place, and the change is taken only
where the whole, read again, says what was asked for and nothing else; so comments and layout stay.
What cannot be done so is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.documents.finding import shown
from workbench.documents.source import Source
from workbench.documents.tree import Node, read_tree
from workbench.errors import DocumentError, WorkbenchError

VARIANTS = "variants"
BASE = "base"
"""What a prompt without variants has all the same."""

_FLOW = re.compile(r"(?:[&!]\S*\s+)*\{")
_ALIAS = re.compile(r"[^*]*?\*[^\s,\[\]{}]+")
_NAME = re.compile(r"\w(?:[\w.+/ -]*\w)?")
_WORDS = frozenset(("null", "true", "false"))
_BOM = "\ufeff"


def add_variant(
    path: Path, text: str, name: str, *, like: str = BASE, changes: Mapping[str, Any] = {}
) -> str:
    """The text with one more variant, right after the one that it is a copy of.

    Args:
        path: Whose text it is, for what is said of it.
        name: What the new variant is called.
        like: Whose patch it takes over.
        changes: Dotted name to the value that the new variant has instead; None removes.

    Raises:
        DocumentError: The text cannot be read.
        WorkbenchError: The name is taken, there is no such variant, or its layout is in the way.
    """
    page = _page(path, text).with_base()
    page.require(like)
    page.require_free(name)
    patch = _changed(page.variants[like] or {}, changes)
    result = page.copied(like, name)
    for dotted, value in changes.items():
        result = result and result.put(name, dotted, value)
    return (result or page.dumped(like, name, patch)).whole


def rename_variant(path: Path, text: str, old: str, new: str) -> str:
    """The text with a variant called otherwise, where `exclude` names it too. Raises as adding."""
    page = _page(path, text).with_base()
    page.require(old)
    if new != old:
        page.require_free(new)
    return page.renamed(old, new).whole


def remove_variant(path: Path, text: str, name: str) -> str:
    """The text without a variant; a comment above it stays. Raises as adding."""
    page = _page(path, text)
    if len(page.variants) < 2:
        raise WorkbenchError(
            f"`{shown(name)}` is the only variant: without one there is nothing to run",
            hint="Rename it, or change it in the editor.",
        )
    page.require(name)
    return page.removed(name).whole


def _page(path: Path, text: str) -> _Page:
    bom = _BOM * text.startswith(_BOM)
    tree = read_tree(Source(path, text.removeprefix(_BOM)))
    if tree.problems:
        raise DocumentError(tree.problems)
    root = tree.root.value
    if not isinstance({} if root is None else root, dict):
        raise _refusal(path)
    return _Page(path, text.removeprefix(_BOM), tree.root, bom)


@dataclass(frozen=True, slots=True)
class _Page:
    """A prompt file's text with what it says."""

    path: Path
    text: str
    root: Node
    bom: str

    @property
    def whole(self) -> str:
        return self.bom + self.text

    @property
    def variants(self) -> Mapping[str, Any]:
        """Name to patch, as they are written; the one that a prompt without any stands for."""
        found = (self.root.value or {}).get(VARIANTS)
        if found is not None and not isinstance(found, dict):
            raise _refusal(self.path)
        return found or {BASE: {}}

    def require(self, name: str) -> None:
        patch = self.variants.get(name, "")
        if patch == "":
            raise WorkbenchError(f"{self.path.name} has no variant `{shown(name)}`")
        if not isinstance(patch, dict | None):
            raise _refusal(self.path)

    def require_free(self, name: str) -> None:
        if not name.strip() or not name.isprintable():
            raise WorkbenchError("a variant needs a name in printable characters")
        if name in self.variants:
            problem = f"there is a variant called `{shown(name)}` already"
            raise WorkbenchError(problem, hint="Give it another name.")

    # Each act tries one way of writing after the other

    def taken(self, candidates: Iterator[str], expected: Any) -> _Page | None:
        """The first text that says what is expected, and nothing else."""
        for text in candidates:
            try:
                tree = read_tree(Source(self.path, text))
            except DocumentError:
                continue
            if not tree.problems and _same(tree.root.value, expected):
                return _Page(self.path, text, tree.root, self.bom)
        return None

    def with_base(self) -> _Page:
        """The text where the variant that a prompt has anyhow is written down."""
        if (self.root.value or {}).get(VARIANTS):
            return self
        first = self.root.pairs[0][0].start if self.root.pairs else 0
        indent = " " * (first - self._line(first))
        lines = (f"{indent}{VARIANTS}:", f"{indent}  {BASE}: {{}}", "")
        written = self.newline.join(lines)
        expected = {**(self.root.value or {}), VARIANTS: {BASE: {}}}
        return self._or_refuse(self.taken(self._with_root_entry(written), expected))

    def copied(self, like: str, name: str) -> _Page | None:
        """The text with a variant's own writing again, under another name."""
        key, value = self._pair((VARIANTS, like))
        body = self.text[key.end : self._end(key, value)]
        patch = self.variants[like]
        entries = (f"{_written(name)}{body.rstrip()}", f"{_written(name)}{body}")
        return self.taken(self._after(like, entries), self._expected_after(like, name, patch))

    def dumped(self, like: str, name: str, patch: Any) -> _Page:
        """The text with a variant written on one line."""
        entry = f"{_written(name)}: {_written(patch)}"
        expected = self._expected_after(like, name, patch)
        return self._or_refuse(self.taken(self._after(like, (entry,)), expected))

    def put(self, name: str, dotted: str, value: Any) -> _Page | None:
        """The text where a variant's patch sets this; None where its layout is in the way."""
        patch = self.variants[name] or {}
        way, inner, there = _way(patch, dotted, value)
        variants = {**self.variants, name: _changed(patch, {dotted: value})}
        expected = {**self.root.value, VARIANTS: variants}
        if there:
            candidates = self._replaced((VARIANTS, name, *way), inner)
        else:
            entry = f"{_written(way[-1])}: {_written(inner)}"
            candidates = self._with_entry((VARIANTS, name, *way[:-1]), entry)
        return self.taken(candidates, expected)

    def renamed(self, old: str, new: str) -> _Page:
        key, _ = self._pair((VARIANTS, old))
        spots = [key, *self._excluded(old)]
        text = self.text
        for spot in sorted(spots, key=lambda node: -node.start):
            text = text[: spot.start] + _written(new) + text[spot.end :]
        variants = {new if name == old else name: patch for name, patch in self.variants.items()}
        expected = {**self.root.value, VARIANTS: variants}
        if "exclude" in expected:
            expected["exclude"] = [
                {**one, "variant": new} if one.get("variant") == old else one
                for one in expected["exclude"] or ()
            ]
        return self._or_refuse(self.taken(iter((text,)), expected))

    def removed(self, name: str) -> _Page:
        left = {each: patch for each, patch in self.variants.items() if each != name}
        expected = {**self.root.value, VARIANTS: left}
        return self._or_refuse(self.taken(self._without(name), expected))

    def _or_refuse(self, page: _Page | None) -> _Page:
        if page is None:
            raise _refusal(self.path)
        return page

    def _expected_after(self, like: str, name: str, patch: Any) -> Any:
        variants: dict[str, Any] = {}
        for each, its in self.variants.items():
            variants[each] = its
            if each == like:
                variants[name] = patch
        return {**self.root.value, VARIANTS: variants}

    # Where things stand

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _pair(self, keys: tuple[str, ...]) -> tuple[Node, Node]:
        """The name and the value at these keys."""
        node = self.root
        for name in keys:
            key, node = next(pair for pair in node.pairs or () if pair[0].written == name)
        return key, node

    def _is_flow(self, node: Node) -> bool:
        return _FLOW.match(self.text, node.start) is not None

    def _end(self, key: Node, value: Node) -> int:
        """Where what was written for this value ends, comments behind it left out."""
        if value.start < key.start:  # an alias: the value itself stands elsewhere
            found = _ALIAS.match(self.text, key.end)
            return found.end() if found else key.end
        if value.pairs and not self._is_flow(value):
            return self._end(*value.pairs[-1])
        if value.items and self.text[value.start] != "[":
            return max(self._end(key, item) for item in value.items)
        return value.end

    def _line(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _last_line(self, mapping: Node, at: int) -> int:
        """The line after an entry of a block mapping, comments that follow left out."""
        pairs = mapping.pairs or []
        floor = self._end(*pairs[at])
        after = pairs[at + 1][0].start if at + 1 < len(pairs) else mapping.end
        line = self._line(after) if after < len(self.text) else after
        while line > floor:
            above = self._line(line - 1)
            words = self.text[above:line].strip()
            if above < floor or (words and not words.startswith("#")):
                break
            line = above
        return line

    def _without_blank_lines(self, index: int) -> int:
        """Where the blank lines before this line begin."""
        while index and not self.text[self._line(index - 1) : index].strip():
            index = self._line(index - 1)
        return index

    def _inserted(self, index: int, line: str) -> str:
        """The text with a line of its own at the start of a line, or behind the last one."""
        before, behind = self.text[:index], self.text[index:]
        if before and not before.endswith("\n"):
            before += self.newline
        if not line.endswith("\n"):
            line += self.newline
        return before + line + behind

    def _at(self, mapping: Node, name: str) -> int:
        return [key.written for key, _ in mapping.pairs or ()].index(name)

    def _excluded(self, variant: str) -> Iterator[Node]:
        """Where `exclude` names a variant."""
        exclude = next((v for k, v in self.root.pairs or () if k.written == "exclude"), None)
        for item in exclude.items or () if exclude else ():
            for key, value in item.pairs or ():
                if key.written == "variant" and value.written == variant and value.start > key.end:
                    yield value

    # Ways of writing

    def _with_root_entry(self, written: str) -> Iterator[str]:
        """A whole entry of the file: in place of an empty one, else at its end, or its start."""
        for key, value in self.root.pairs or ():
            if key.written == VARIANTS:
                head, tail = self.text[: self._line(key.start)], self.text[value.end :]
                comment, _, rest = tail.partition("\n")
                first, _, entries = written.partition("\n")
                yield head + first.rstrip() + comment.rstrip() + self.newline + entries + rest
                yield from self._with_entry((VARIANTS,), f"{BASE}: {{}}")
                return
        if self.root.pairs and self._is_flow(self.root):
            entry = f"{VARIANTS}: {{{BASE}: {{}}}}"
            yield from self._with_flow_entry(self.root, len(self.root.pairs) - 1, entry)
            return
        gap = self.newline if self.text.strip() else ""
        yield self._inserted(len(self.text), gap + written)
        yield self._inserted(len(self.text), written)
        for key, _ in (self.root.pairs or ())[:1]:
            yield self._inserted(self._line(key.start), written + gap)

    def _after(self, like: str, entries: tuple[str, ...]) -> Iterator[str]:
        """A variant after another one, in the layout that they have."""
        key, mapping = self._pair((VARIANTS,))
        if mapping.start < key.start:
            return
        for entry in entries:
            yield from self._with_entry_at(mapping, self._at(mapping, like), entry)

    def _with_entry(self, keys: tuple[str, ...], entry: str) -> Iterator[str]:
        """An entry at the end of the mapping at these keys; of nothing it makes a mapping."""
        key, mapping = self._pair(keys)
        if mapping.start < key.start:
            return
        if mapping.pairs:
            yield from self._with_entry_at(mapping, len(mapping.pairs) - 1, entry)
            return
        gap = " " * (self.text[mapping.start - 1 : mapping.start] == ":")
        yield f"{self.text[: mapping.start]}{gap}{{{entry}}}{self.text[mapping.end :]}"

    def _with_entry_at(self, mapping: Node, at: int, entry: str) -> Iterator[str]:
        if self._is_flow(mapping):
            yield from self._with_flow_entry(mapping, at, entry)
            return
        first = (mapping.pairs or [])[0][0].start
        indent = " " * (first - self._line(first))
        end = self._last_line(mapping, at)
        for index in dict.fromkeys((self._without_blank_lines(end), end)):
            yield self._inserted(index, indent + entry)

    def _with_flow_entry(self, mapping: Node, at: int, entry: str) -> Iterator[str]:
        end = self._end(*(mapping.pairs or [])[at])
        yield f"{self.text[:end]}, {entry}{self.text[end:]}"

    def _replaced(self, keys: tuple[str, ...], value: Any) -> Iterator[str]:
        """Another value at these keys."""
        key, node = self._pair(keys)
        start = key.end + 1 if node.start < key.start else node.start  # an alias goes
        end = self._end(key, node)
        gap = " " * (self.text[start - 1 : start] == ":")
        yield f"{self.text[:start]}{gap}{_written(value)}{self.text[end:]}"

    def _without(self, name: str) -> Iterator[str]:
        _, mapping = self._pair((VARIANTS,))
        at = self._at(mapping, name)
        key, value = (mapping.pairs or [])[at]
        if not self._is_flow(mapping):
            end = self._last_line(mapping, at)
            for index in dict.fromkeys((self._without_blank_lines(end), end)):
                yield self.text[: self._line(key.start)] + self.text[index:]
            return
        before, behind = self.text[: key.start], self.text[self._end(key, value) :]
        if comma := re.match(r"\s*,[ \t]*", behind):
            yield before + behind[comma.end() :]
        yield re.sub(r",[ \t]*\Z", "", before) + behind


def _refusal(path: Path) -> WorkbenchError:
    return WorkbenchError(
        f"the variants of {path.name} are written in a way that only you can change",
        hint="Change them in the editor.",
    )


Way = tuple[str, ...]


def _way(patch: Mapping[str, Any], dotted: str, value: Any) -> tuple[Way, Any, bool]:
    """Where a patch says this, or would: written names, what stands there, whether it is there.

    A patch may write `output_config.effort` as one name or as two; only its own names are dotted.
    """
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        head, rest = ".".join(parts[:count]), parts[count:]
        if head not in patch:
            continue
        if not rest:
            return (head,), value, True
        inner = patch[head]
        if not isinstance(inner, Mapping) or not inner:
            return (head,), _nested(rest, value), True
        if rest[0] not in inner:
            return (head, rest[0]), _nested(rest[1:], value), False
        way, found, there = _way(inner, rest[0], _merged(inner[rest[0]], rest[1:], value))
        return (head, *way), found, there
    return (dotted,), value, False


def _nested(parts: list[str], value: Any) -> Any:
    for part in reversed(parts):
        value = {part: value}
    return value


def _merged(old: Any, parts: list[str], value: Any) -> Any:
    """`old` with the value at these names inside it."""
    if not parts:
        return value
    inner = old if isinstance(old, dict) else {}
    return {**inner, parts[0]: _merged(inner.get(parts[0]), parts[1:], value)}


def _changed(patch: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The patch, as it is written, with these changes."""
    result = dict(patch)
    for dotted, value in changes.items():
        way, inner, _ = _way(result, dotted, value)
        result = _merged(result, list(way), inner)
    return result


def _same(one: Any, other: Any) -> bool:
    """Whether two files say the same; only the order of their own names does not matter."""
    return isinstance(one, dict) and _in_order(one) == _in_order(other)


def _in_order(root: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(root.items())))


def _written(value: Any) -> str:
    """A value in YAML, on one line."""
    if isinstance(value, Mapping):
        inner = (f"{_written(name)}: {_written(each)}" for name, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, str) and _NAME.fullmatch(value) and _is_text(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_text(word: str) -> bool:
    """Whether YAML reads a plain word as text, and not as a number, a date or nothing."""
    return word[0].isalpha() and word.lower() not in _WORDS
