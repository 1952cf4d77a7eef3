"""Joins the files that a prompt names with `file://` into one value, and remembers where from.

A name is relative to the file that holds it, and may not lead out of the workspace, not by a
symbolic link either. Where the API wants a text, any text file may stand, word for word; `system:`
takes a `.system.yaml`, `tools:` a `.tools.yaml`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.documents.finding import Finding, Keys
from workbench.documents.kinds import kind_of
from workbench.documents.ours import file_findings
from workbench.documents.places import Places
from workbench.documents.source import Overlay, Source, neighbour_hint, read_source
from workbench.documents.tree import Tree, read_tree
from workbench.errors import DocumentError, Problem

SCHEME = "file://"
TEXT_FIELDS = ("system", "content", "text", "description", "data")
"""Where a text is wanted, and so the text of a file may stand."""
OPAQUE_FIELDS = ("input", "input_schema", "input_examples")
"""What belongs to the model and the user's tools; there, `file://` is a text like any other."""


class Joiner:
    """The files of one prompt, as they are read; collects every problem on the way."""

    def __init__(self, root: Path, overlay: Overlay) -> None:
        self.places = Places()
        self.problems: list[Problem] = []
        self.files: dict[Path, str] = {}
        self.paths: dict[Keys, Path] = {}
        self.mocks: dict[str, Any] = {}
        self._root = os.path.realpath(root)
        self._overlay = overlay
        self._trees: dict[Path, Tree | None] = {}
        self._open: list[str] = []

    def say(self, finding: Finding) -> None:
        """Note a problem at the place of a value."""
        self.problems.append(self.places.problem(finding))

    def document(self, path: Path) -> Tree | None:
        """The YAML file at `path`; None where it cannot be read at all."""
        if path not in self._trees:
            self._trees[path] = None
            if (source := self._source(path)) is not None:
                try:
                    self._trees[path] = tree = read_tree(source)
                    self.problems += tree.problems
                except DocumentError as error:
                    self.problems += error.problems
        return self._trees[path]

    def path_of(self, value: str, keys: Keys) -> Path | None:
        """The file that the text at `keys` names; None, and a problem, where it may not be read."""
        name = value.removeprefix(SCHEME)
        at, _, _ = self.places.place(keys)
        if not name or "\0" in name:
            self.say(Finding(keys, "`file://` names no file", "Write file://NAME."))
            return None
        path = Path(os.path.normpath(at.parent / name))
        if not Path(os.path.realpath(path)).is_relative_to(self._root):
            problem = f"`{value}` leads out of the workspace"
            self.say(Finding(keys, problem, f"Keep it under {self._root}."))
            return None
        if not self._exists(path):
            self.say(Finding(keys, f"`{value}` is not there", neighbour_hint(path)))
            return None
        return path

    def joined(self, body_keys: Keys, value: Any, keys: Keys) -> Any:
        """The value with the files it names in place of their names.

        Args:
            body_keys: Where in a request body the value stands; that decides what may be joined.
            keys: Where it stands in the document.
        """
        if body_keys and body_keys[0] not in ("system", "messages", "tools"):
            return value
        if isinstance(value, str):
            return self._joined_text(body_keys, value, keys) if value.startswith(SCHEME) else value
        if isinstance(value, list):
            numbered = enumerate(value)
            return [self.joined((*body_keys, i), v, (*keys, i)) for i, v in numbered]
        if isinstance(value, Mapping) and (not body_keys or body_keys[-1] not in OPAQUE_FIELDS):
            return {k: self.joined((*body_keys, k), v, (*keys, k)) for k, v in value.items()}
        return value

    def text(self, value: str, keys: Keys) -> str:
        """The text of the file that `value` names; `value` itself where that fails."""
        path = self.path_of(value, keys)
        source = self._source(path) if path is not None else None
        if source is None:
            return value
        self.places.mount(keys, source, None)
        return source.text

    def _joined_text(self, body_keys: Keys, value: str, keys: Keys) -> Any:
        kind = kind_of(Path(value))
        if body_keys == ("tools",) or (body_keys == ("system",) and kind is not None):
            return self._part(str(body_keys[0]), value, keys)
        return self.text(value, keys) if body_keys[-1] in TEXT_FIELDS else value

    def _part(self, kind: str, value: str, keys: Keys) -> Any:
        """The `system:` or `tools:` of the file that `value` names."""
        nothing: Any = [] if kind == "tools" else value
        path = self.path_of(value, keys)
        if path is None:
            return nothing
        if kind_of(path) != kind:
            hint = f"Write file://NAME.{kind}.yaml."
            self.say(Finding(keys, f"`{kind}` cannot be taken from `{path.name}`", hint))
            return nothing
        real = os.path.realpath(path)
        if real in self._open:
            self.say(Finding(keys, f"`{value}` comes back to itself", "Break the circle."))
            return nothing
        tree = self._checked(path, kind)
        if tree is None or not isinstance(tree.root.value, dict) or kind not in tree.root.value:
            return nothing
        self.paths.setdefault(keys, path)
        self._open.append(real)
        node = next(inner for key, inner in tree.root.pairs or () if key.written == kind)
        self.places.mount(keys, tree.source, node)
        if kind == "tools":
            self._keep_mocks(tree)
        result = self.joined((kind,), node.value, keys)
        self._open.pop()
        return result

    def _checked(self, path: Path, kind: str) -> Tree | None:
        """The file at `path`, looked through for its own names when it is first met."""
        first = path not in self._trees
        tree = self.document(path)
        if tree is not None and first:
            own = Places()
            own.mount((), tree.source, tree.root)
            self.problems += map(own.problem, file_findings(kind, tree.root.value))
        return tree

    def _keep_mocks(self, tree: Tree) -> None:
        mocks = tree.root.value.get("mocks")
        if isinstance(mocks, dict):
            self.mocks = {**mocks, **self.mocks}

    def _exists(self, path: Path) -> bool:
        absolute = Path(os.path.abspath(path))
        return absolute in self._overlay or os.path.exists(path)

    def _source(self, path: Path) -> Source | None:
        try:
            source = read_source(path, self._overlay)
        except DocumentError as error:
            self.problems += error.problems
            return None
        self.files[path] = source.text
        return source
