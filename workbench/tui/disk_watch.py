"""Notices what others write to the files that count, at the cost of one `stat` each now and then.

A terminal does not always say when it has the user's eyes again; tmux never does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from workbench.documents.save import stamp

EVERY_S = 2.0

Stamps = dict[Path, tuple[int, int, int]]


class DiskWatch:
    """Looks at files for as long as it runs.

    Args:
        paths: The files that count; asked each time.
        changed: Is told which were written since the last time; of one that was not looked at
            before, too, as nobody knows when it was read. One that is back counts as written.
        gone: Is told which are not there, each time; not of one that was there at the look
            before: many editors take a file away for a moment when they save.
    """

    def __init__(
        self,
        paths: Callable[[], Iterable[Path]],
        changed: Callable[[Sequence[Path]], None],
        gone: Callable[[Sequence[Path]], None],
    ) -> None:
        self._paths, self._changed, self._gone = paths, changed, gone
        self._stamps: Stamps = {}
        self._missing: set[Path] = set()

    async def work(self) -> None:
        """Look every two seconds."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Look once. In a thread, as a disk may be far away."""
        paths = list(self._paths())
        now = await asyncio.to_thread(_stamps, paths)
        then, missed = self._stamps, self._missing
        self._missing = {path for path in paths if path not in now}
        known = {path: found for path, found in then.items() if path not in self._missing}
        self._stamps = {**known, **now}
        written = [path for path, found in now.items() if then.get(path) != found]
        if written:
            self._changed(written)
        # One may have been saved here while it was looked for.
        if gone := [path for path in sorted(missed & self._missing) if stamp(path) is None]:
            self._gone(gone)


def _stamps(paths: Iterable[Path]) -> Stamps:
    return {path: found for path in paths if (found := stamp(path)) is not None}
