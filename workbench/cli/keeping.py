"""A session whose folder cannot be written is told of at once, and carried on elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.errors import SessionError

if TYPE_CHECKING:
    from workbench.workbench.bench import Workbench

_EVERY_S = 0.25
_AGAIN_S = 10.0


class Keeper:
    """Keeps what is received on a disk.

    Args:
        bench: Whose session it is.
        fallback: Where it goes if its own folder cannot be written; a folder of the user's own
            where None.
    """

    def __init__(self, bench: Workbench, fallback: Path | None) -> None:
        self._bench = bench
        self._wanted = () if fallback is None else (fallback,)
        self._told: set[str] = set()
        self._tried_s = float("-inf")

    @property
    def path(self) -> Path | None:
        """Where the session is now."""
        return self._bench.journal.path if self._bench.journal else None

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While inside the block, look after the session."""

        await asyncio.to_thread(self.keep)  # a folder that cannot be made is known at once

        async def watch() -> None:
            while True:
                if time.monotonic() - self._tried_s >= _AGAIN_S:
                    await asyncio.to_thread(self.keep)
                await asyncio.sleep(_EVERY_S)

        watcher = asyncio.create_task(watch(), name="keeper")
        try:
            yield
        finally:
            watcher.cancel()
            await asyncio.wait([watcher])

    def keep(self) -> None:
        """Save it elsewhere where it has to be; say so, once for each thing that is wrong."""
        from workbench.workbench.refuge import save_elsewhere

        journal = self._bench.journal
        if journal is None or not journal.stranded:
            return
        self._tell(str(journal.problem))
        try:
            path = save_elsewhere(journal, *self._wanted)
        except SessionError as error:
            self._tried_s = time.monotonic()
            self._tell(f"{error.problem}\n  {error.hint}")
        else:
            click.echo(f"it is saved to {path} instead, and goes on there", err=True)

    def tell_where(self) -> bool:
        """Once the session is closed: say where it is, or what is lost; whether nothing is."""
        self.keep()
        journal = self._bench.journal
        if journal is None:
            return True
        if journal.stranded:
            told = "what no disk took of the session is lost now; the answers stand above"
        else:
            told = journal.problem or f"saved to {journal.path}"
        click.echo(told, err=True)
        return journal.problem is None

    def _tell(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            click.echo(words, err=True)
