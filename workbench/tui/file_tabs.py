"""Which files each editor can show: what the prompt includes, and the prompts that were opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbench.documents.kinds import kind_of
from workbench.tui.acts import KINDS
from workbench.tui.insight import Insight


class FileTabs:
    """The files of each editor in order, and which of them is to be seen."""

    def __init__(self) -> None:
        self.prompts: list[Path] = []
        self._prompt: Path | None = None
        self._named: dict[str, Path | None] = {}  # what the prompt names itself, by editor
        self._included: Mapping[str, Sequence[Path]] = {}
        self._picked: dict[str, Path] = {}  # seen in place of that, by editor

    def open(self, prompt: Path) -> None:
        """This prompt is the one that is open."""
        if prompt not in self.prompts:
            self.prompts.append(prompt)
        self._prompt = prompt
        self._named, self._included, self._picked = {}, {}, {}

    def close(self, prompt: Path) -> Path | None:
        """This prompt needs no tab any more; the one to open in its place, if there is any."""
        at = self.prompts.index(prompt)
        self.prompts.remove(prompt)
        return self.prompts[min(at, len(self.prompts) - 1)] if self.prompts else None

    def learn(self, insight: Insight) -> None:
        """What the open prompt names and includes, as far as that can be said now."""
        self._named |= insight.files
        if insight.prompt is not None:
            self._included = insight.included

    def pick(self, path: Path) -> str:
        """This file is to be seen; in which editor."""
        kind = self._kind(path)
        self._picked.pop(kind, None)
        if self.seen().get(kind) != path:
            self._picked[kind] = path
        return kind

    @property
    def aside(self) -> dict[str, Path]:
        """What is seen in place of what the prompt names, by editor."""
        return {**self._picked}

    def look_aside(self, paths: Mapping[str, Path]) -> None:
        """These are to be seen in place of what the prompt names, by editor."""
        self._picked = {kind: path for kind, path in paths.items() if kind in KINDS}

    def drop(self, path: Path) -> bool:
        """This file need not be seen any more; whether it was picked."""
        for kind, picked in self._picked.items():
            if picked == path:
                del self._picked[kind]
                return True
        return False

    def seen(self) -> dict[str, Path | None]:
        """The file to be seen in each editor; an editor that is not named keeps what it shows."""
        return {"prompt": self._prompt} | self._named_first() | self._picked

    def _named_first(self) -> dict[str, Path | None]:
        """What the prompt names itself; else the first that it includes, as a variant's."""
        return {
            kind: path or next(iter(self._included.get(kind, ())), None)
            for kind, path in self._named.items()
        }

    def is_aside(self, kind: str) -> bool:
        """Whether what is seen there is not what the prompt itself names."""
        named = {"prompt": self._prompt} | self._named
        return kind in self._picked or (kind in named and self.seen()[kind] != named[kind])

    def of(self, kind: str) -> list[Path]:
        """The files of an editor, in order."""
        paths = [*self.prompts] if kind == "prompt" else []
        if (named := self._named.get(kind)) is not None:
            paths.append(named)
        paths += self._included.get(kind, ())
        if kind in self._picked:
            paths.append(self._picked[kind])
        return [*dict.fromkeys(paths)]

    def _kind(self, path: Path) -> str:
        for kind in KINDS:
            if path in self.of(kind) or kind_of(path) == kind:
                return kind
        return "system"
