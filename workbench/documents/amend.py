"""The variants of a prompt file, added, renamed and removed in its text; see page.py for the how.

What cannot be done without touching anything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.documents.finding import shown
from workbench.documents.page import Page, written
from workbench.documents.tree import Node
from workbench.errors import WorkbenchError

VARIANTS = "variants"
BASE = "base"
"""What a prompt without variants has all the same."""


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
    page = _Variants.read(path, text).with_base()
    page.require(like)
    page.require_free(name)
    patch = _changed(page.variants[like] or {}, changes)
    result = page.copied(like, name)
    for dotted, value in changes.items():
        result = result and result.put(name, dotted, value)
    return (result or page.dumped(like, name, patch)).whole


def rename_variant(path: Path, text: str, old: str, new: str) -> str:
    """The text with a variant called otherwise, where `exclude` names it too. Raises as adding."""
    page = _Variants.read(path, text).with_base()
    page.require(old)
    if new != old:
        page.require_free(new)
    return page.renamed(old, new).whole


def remove_variant(path: Path, text: str, name: str) -> str:
    """The text without a variant; a comment above it stays. Raises as adding."""
    page = _Variants.read(path, text)
    if len(page.variants) < 2:
        raise WorkbenchError(
            f"`{shown(name)}` is the only variant: without one there is nothing to run",
            hint="Rename it, or change it in the editor.",
        )
    page.require(name)
    return page.removed(name).whole


@dataclass(frozen=True, slots=True)
class _Variants(Page):
    """A prompt file's text with its variants."""

    @property
    def variants(self) -> Mapping[str, Any]:
        """Name to patch, as they are written; the one that a prompt without any stands for."""
        found = (self.root.value or {}).get(VARIANTS)
        if found is not None and not isinstance(found, dict):
            raise self.refusal()
        return found or {BASE: {}}

    def require(self, name: str) -> None:
        patch = self.variants.get(name, "")
        if patch == "":
            raise WorkbenchError(f"{self.path.name} has no variant `{shown(name)}`")
        if not isinstance(patch, dict | None):
            raise self.refusal()

    def require_free(self, name: str) -> None:
        if not name.strip() or not name.isprintable():
            raise WorkbenchError("a variant needs a name in printable characters")
        if name in self.variants:
            problem = f"there is a variant called `{shown(name)}` already"
            raise WorkbenchError(problem, hint="Give it another name.")

    # Each act tries one way of writing after the other

    def with_base(self) -> _Variants:
        """The text where the variant that a prompt has anyhow is written down."""
        if (self.root.value or {}).get(VARIANTS):
            return self
        first = self.root.pairs[0][0].start if self.root.pairs else 0
        indent = " " * (first - self.line(first))
        lines = (f"{indent}{VARIANTS}:", f"{indent}  {BASE}: {{}}", "")
        written = self.newline.join(lines)
        expected = {**(self.root.value or {}), VARIANTS: {BASE: {}}}
        return self.or_refuse(self.taken(self._with_root_entry(written), expected))

    def copied(self, like: str, name: str) -> _Variants | None:
        """The text with a variant's own writing again, under another name."""
        key, value = self.pair((VARIANTS, like))
        body = self.text[key.end : self.end(key, value)]
        patch = self.variants[like]
        entries = (f"{written(name)}{body.rstrip()}", f"{written(name)}{body}")
        return self.taken(self._after(like, entries), self._expected_after(like, name, patch))

    def dumped(self, like: str, name: str, patch: Any) -> _Variants:
        """The text with a variant written on one line."""
        entry = f"{written(name)}: {written(patch)}"
        expected = self._expected_after(like, name, patch)
        return self.or_refuse(self.taken(self._after(like, (entry,)), expected))

    def put(self, name: str, dotted: str, value: Any) -> _Variants | None:
        """The text where a variant's patch sets this; None where its layout is in the way."""
        patch = self.variants[name] or {}
        way, inner, there = _way(patch, dotted, value)
        variants = {**self.variants, name: _changed(patch, {dotted: value})}
        expected = {**self.root.value, VARIANTS: variants}
        if there:
            candidates = self.replaced((VARIANTS, name, *way), inner)
        else:
            entry = f"{written(way[-1])}: {written(inner)}"
            candidates = self.with_entry((VARIANTS, name, *way[:-1]), entry)
        return self.taken(candidates, expected)

    def renamed(self, old: str, new: str) -> _Variants:
        key, _ = self.pair((VARIANTS, old))
        spots = [key, *self._excluded(old)]
        text = self.text
        for spot in sorted(spots, key=lambda node: -node.start):
            text = text[: spot.start] + written(new) + text[spot.end :]
        variants = {new if name == old else name: patch for name, patch in self.variants.items()}
        expected = {**self.root.value, VARIANTS: variants}
        if "exclude" in expected:
            expected["exclude"] = [
                {**one, "variant": new} if one.get("variant") == old else one
                for one in expected["exclude"] or ()
            ]
        return self.or_refuse(self.taken(iter((text,)), expected))

    def removed(self, name: str) -> _Variants:
        left = {each: patch for each, patch in self.variants.items() if each != name}
        expected = {**self.root.value, VARIANTS: left}
        return self.or_refuse(self.taken(self.without((VARIANTS, name)), expected))

    def _expected_after(self, like: str, name: str, patch: Any) -> Any:
        variants: dict[str, Any] = {}
        for each, its in self.variants.items():
            variants[each] = its
            if each == like:
                variants[name] = patch
        return {**self.root.value, VARIANTS: variants}

    # Where and how

    def _excluded(self, variant: str) -> Iterator[Node]:
        """Where `exclude` names a variant."""
        exclude = next((v for k, v in self.root.pairs or () if k.written == "exclude"), None)
        for item in exclude.items or () if exclude else ():
            for key, value in item.pairs or ():
                if key.written == "variant" and value.written == variant and value.start > key.end:
                    yield value

    def _with_root_entry(self, written: str) -> Iterator[str]:
        """A whole entry of the file: in place of an empty one, else at its end, or its start."""
        for key, value in self.root.pairs or ():
            if key.written == VARIANTS:
                head, tail = self.text[: self.line(key.start)], self.text[value.end :]
                comment, _, rest = tail.partition("\n")
                first, _, entries = written.partition("\n")
                yield head + first.rstrip() + comment.rstrip() + self.newline + entries + rest
                yield from self.with_entry((VARIANTS,), f"{BASE}: {{}}")
                return
        if self.root.pairs and self.is_flow(self.root):
            entry = f"{VARIANTS}: {{{BASE}: {{}}}}"
            yield from self.with_flow_entry(self.root, len(self.root.pairs) - 1, entry)
            return
        gap = self.newline if self.text.strip() else ""
        yield self.inserted(len(self.text), gap + written)
        yield self.inserted(len(self.text), written)
        for key, _ in (self.root.pairs or ())[:1]:
            yield self.inserted(self.line(key.start), written + gap)

    def _after(self, like: str, entries: tuple[str, ...]) -> Iterator[str]:
        """A variant after another one, in the layout that they have."""
        key, mapping = self.pair((VARIANTS,))
        if mapping.start < key.start:
            return
        for entry in entries:
            yield from self.with_entry_at(mapping, self.at(mapping, like), entry)


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
