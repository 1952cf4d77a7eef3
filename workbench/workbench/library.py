"""The library of saved sessions, and what may be done to them, as faces may see it.

The session of this sitting is still being written: what is said of it goes by way of its journal,
and it is closed before it is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.sessions.about import About, annotate
from workbench.sessions.gist import End, Gist, RoundGist, RunGist, ended
from workbench.sessions.index import Entries, Entry, Library
from workbench.sessions.query import Query
from workbench.sessions.trash import restore, trash
from workbench.sessions.verify import repair, verify
from workbench.workbench.bench import APP_VERSION, Workbench

__all__ = [
    "About",
    "End",
    "Entries",
    "Entry",
    "Gist",
    "Library",
    "Query",
    "RoundGist",
    "RunGist",
    "ended",
    "repair",
    "restore",
    "say",
    "take_in",
    "throw_away",
    "verify",
]


async def say(
    bench: Workbench, path: Path, said: Mapping[str, Any], *, of: str | None = None
) -> None:
    """Say something about a session, or one of its rounds or runs by id (`about.annotate`).

    Raises:
        SessionError: It cannot be written, or another workbench is writing it.
    """
    if (journal := bench.writer_of(path)) is not None:
        journal.annotate(said, of=of)
        await asyncio.to_thread(journal.flush)
    else:
        await asyncio.to_thread(annotate, path, said, of=of)


def take_in(file: Path, folder: Path) -> list[Path]:
    """Make sessions of what `llm` or promptfoo recorded; those that are new.

    Raises:
        SessionError: It cannot be read, is neither of the two, or a session cannot be written.
    """
    from workbench.sessions.foreign.take import take

    taken = take(file, folder, app_version=APP_VERSION)
    return [one.path for one in taken if one.state == "new"]


async def throw_away(bench: Workbench, path: Path) -> Path:
    """Move a session into the trash; where it is now. The next round begins another one.

    Raises:
        SessionError: It is being written, or cannot be moved.
    """
    if bench.writer_of(path) is not None:
        await bench.close_session()
    return await asyncio.to_thread(trash, path)
