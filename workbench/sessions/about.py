"""What somebody says about a session, or one of its rounds or runs: title, tags, a rating, a vote.

Said in the file itself, a line at a time: a session that is mailed takes its notes along.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
from workbench.sessions.content import existing, is_packed, member
from workbench.sessions.file import lock
from workbench.sessions.lines import read_manifest

WON = ("a", "b", "tie", "bad")
"""What may come of a pair: one of its sides, neither, or neither being any good."""


@dataclass(frozen=True, slots=True)
class About:
    """What has been said last.

    Args:
        title: What to call it.
        tags: Words to find it by, each once, in the order in which they were given.
        note: Anything else.
        archived: Whether lists leave it out.
        pinned: Whether it stands before all others in lists.
        rating: What a person thinks of a run, 1 to 5; None where nobody said.
        good: Whether a person lets a run pass; None where nobody said.
        grade: What the checks of a run came to, as JSON; empty where none were tried.
        votes: Pairs of a round that were looked at side by side, in the order of the votes: the
            ids of both runs under `a` and `b`, and which `won`: "a", "b", "tie" or "bad" (both).
            Beside them, where there is anything to say: `judge`, the model that voted in a
            person's place; `again`, true of a pair that was shown before, whose vote only shows
            how far one agrees with oneself; `left`, the side that was shown there; `orders`, what a
            judge said with `a` first, then with `b` first; `simulated`, true of a simulated judge;
            a `note`.
    """

    title: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False
    rating: int | None = None
    good: bool | None = None
    grade: Mapping[str, Any] = field(default_factory=dict)
    votes: tuple[Mapping[str, Any], ...] = ()
    pinned: bool = False

    def updated(self, said: Mapping[str, Any]) -> About:
        """What holds once this was said as well; what is not understood changes nothing."""
        now = self
        for name in ("title", "note"):
            if isinstance(said.get(name), str):
                now = replace(now, **{name: said[name]})
        if isinstance(tags := said.get("tags"), list | tuple):
            words = (tag.strip() for tag in tags if isinstance(tag, str))
            now = replace(now, tags=tuple(dict.fromkeys(filter(None, words))))
        for name in ("archived", "pinned"):
            if isinstance(said.get(name), bool):
                now = replace(now, **{name: said[name]})
        return now._judged(said)

    def _judged(self, said: Mapping[str, Any]) -> About:
        """What a person or a check thinks; null takes a rating back, `unvote` a person's vote."""
        now = self
        rating, good = said.get("rating", 0), said.get("good", 0)
        if rating is None or (type(rating) is int and 1 <= rating <= 5):
            now = replace(now, rating=rating)
        if good is None or isinstance(good, bool):
            now = replace(now, good=good)
        if isinstance(said.get("grade"), dict):
            now = replace(now, grade=said["grade"])
        if isinstance(vote := said.get("vote"), dict) and _is_vote(vote):
            now = replace(now, votes=(*now.votes, vote))
        if said.get("unvote") is True:
            now = replace(now, votes=_without_last(now.votes))
        return now


def _is_vote(said: Mapping[str, Any]) -> bool:
    texts = (said.get(name, "") for name in ("a", "b", "won", "left", "judge"))
    return all(isinstance(each, str) for each in texts) and said.get("won") in WON


def _without_last(votes: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """The votes without the last one of a person; judges do not take theirs back."""
    last = max((n for n, vote in enumerate(votes) if "judge" not in vote), default=len(votes))
    return (*votes[:last], *votes[last + 1 :])


def about_line(said: Mapping[str, Any], of: str | None = None) -> dict[str, Any]:
    """The line that says so, of a round or run by its id or of the whole session."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return {"about": dict(said), **({} if of is None else {"of": of}), "when": when}


def annotate(path: Path, said: Mapping[str, Any], *, of: str | None = None) -> None:
    """Say something about a saved session: one line more, at the end of its file.

    Args:
        path: The session file.
        said: Any of `title`, `tags` (all of them), `note`, `archived`, `pinned`, `rating`, `good`,
            `grade`; `vote`, which adds one; `unvote` (true), which takes a person's last one back.
        of: The id of the round or run that is meant; the whole session where None.

    Raises:
        SessionError: It is no session, cannot be written, or is being written by another program.
    """
    path = existing(path)
    line = json.dumps(about_line(said, of), ensure_ascii=False, separators=(",", ":"))
    data = line.encode(errors="backslashreplace") + b"\n"
    try:
        with path.open("r+b") as file:
            if not lock(file.fileno()):
                problem = f"{path.name} is being written by another workbench"
                raise SessionError(problem, hint="Try again once that one has ended.")
            head = file.readline()
            if is_packed(head):
                data = member(data)
            else:
                read_manifest(head, path, file)
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # behind a line that was cut short, on one of its own
                    data = b"\n" + data
            file.seek(0, os.SEEK_END)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SessionError(
            f"cannot write {path}: {error.strerror or error}",
            hint="It is as it was.",
        ) from error
