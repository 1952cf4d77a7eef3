"""The library of saved sessions, and what may be done to them, as faces may see it.

The session of this sitting is still being written: what is said of it goes by way of its journal,
and it is closed before it is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
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
    "words_of",
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


def words_of(told: Mapping[str, Any], *, unrate: bool = False) -> dict[str, Any]:
    """What is said, as a session keeps it; what is None is not said.

    Args:
        told: What `about.annotate` takes, as somebody typed it.
        unrate: Whether `rating` and `good` are taken back, but for what is said anew.

    Raises:
        SessionError: A tag or a rating is none.
    """
    said: dict[str, Any] = dict.fromkeys(("rating", "good")) if unrate else {}
    said |= {name: what for name, what in told.items() if what is not None}
    if "tags" in said:
        said["tags"] = [said["tags"]] if isinstance(said["tags"], str) else list(said["tags"])
        for word in said["tags"]:
            if not word or any(map(str.isspace, word)):
                raise SessionError(f"{word!r} is no tag", hint="A tag is one word.")
    rating, good = said.get("rating"), said.get("good")
    if rating is not None and not (type(rating) is int and 1 <= rating <= 5):
        raise SessionError(f"{rating!r} is no rating", hint="A rating is a number from 1 to 5.")
    if good is not None and not isinstance(good, bool):
        raise SessionError(f"good={good!r} says nothing", hint="It is True or False.")
    return said


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
