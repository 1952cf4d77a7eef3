"""A saved session, read back: what is undamaged is there, what is not is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import SessionError
from workbench.sessions.about import About
from workbench.sessions.content import existing, read_content
from workbench.sessions.file import being_written
from workbench.sessions.later import Later
from workbench.sessions.lines import LOST_MANIFEST, parsed, read_manifest
from workbench.sessions.reading import CUT as CUT
from workbench.sessions.reading import Reading
from workbench.sessions.saved import SavedRound as SavedRound
from workbench.sessions.scribe import VERSION


@dataclass(frozen=True, slots=True)
class Session:
    """A session file, read: at once what was planned, the rest when it is looked at.

    Args:
        path: The file.
        manifest: Its first line.
        rounds: In the order in which they began.
        notes: One line each on what is damaged, cut, newer than we are, or was never in it; none
            when all is well.
            Whoever looks has every line of the file read.
        unknown: Lines that belong to no round and say what we do not know.
        about: Title, tags and note of the session.
        abouts: The same of its rounds and runs, by id; whoever says more of them adds it.
        damaged: The numbers of the lines that say nothing any more, from 1.
    """

    path: Path
    manifest: Mapping[str, Any]
    rounds: tuple[SavedRound, ...]
    notes: Sequence[str] = ()
    unknown: Sequence[Mapping[str, Any]] = ()
    about: About = field(default_factory=About)
    abouts: dict[str, About] = field(default_factory=dict)
    damaged: Sequence[int] = ()


def read_session(path: Path) -> Session:
    """Read a saved session. The file is never written to.

    Lines that are damaged or cut short are left out, and every other line counts.

    Raises:
        SessionError: There is no such file, it cannot be read, or it is no session at all.
    """
    try:
        content = read_content(path)
    except (OSError, ValueError) as error:
        raise SessionError(
            f"cannot read {path}: {getattr(error, 'strerror', None) or error}",
            hint="`workbench sessions list` shows what there is.",
        ) from error
    first, *lines = content.data.removesuffix(b"\n").split(b"\n")
    manifest = read_manifest(first, path, lines)
    headless = manifest is LOST_MANIFEST
    torn = bool(lines) and not content.data.endswith(b"\n") and parsed(lines[-1]) is None
    reading = Reading(lines[:-1] if torn else lines)
    about = reading.abouts.pop("", About())

    def notes() -> Iterator[str]:
        version = manifest.get("version")
        if version != VERSION:
            yield f"format version {version}: read as far as version {VERSION} goes"
        if headless:
            yield "line 1 is damaged: the name, and when and with what it was recorded, are lost"
        yield from _damage(reading)
        yield from facts(manifest, reading.rounds)
        if content.cut:
            yield "the compressed file is cut short: what came before is here"
        if torn:
            yield "the last line is cut short and left out"
        if cut := reading.remarks.cut:
            if being_written(existing(path)):
                yield f"{cut} run{'s' * (cut != 1)} under way: a workbench is writing it now"
            else:
                runs = "1 run is" if cut == 1 else f"{cut} runs are"
                yield f"{runs} cut: the workbench stopped before the end"

    return Session(
        path,
        manifest,
        reading.rounds,
        Later(notes),
        reading.unknown(),
        about,
        reading.abouts,
        Later(
            lambda: [*[1] * headless, *_numbered(reading.remarks.damaged), *[len(lines) + 1] * torn]
        ),
    )


def _damage(reading: Reading) -> Iterator[str]:
    remarks = reading.remarks
    if remarks.damaged:
        yield f"damaged and left out: {_lines(_numbered(remarks.damaged))}"
    if remarks.unpaced:
        yield f"text kept, but not its timing: {_lines(_numbered(remarks.unpaced))}"
    if reading.lost:
        own = "a round or run has lost its own line; what came of it is here"
        some = f"{reading.lost} rounds or runs have lost their own line; what came of them is here"
        yield own if reading.lost == 1 else some


def facts(manifest: Mapping[str, Any], rounds: Sequence[SavedRound]) -> Iterator[str]:
    """A line each on what was never in a session, though nothing is wrong with it."""
    told = manifest.get("imported")
    if isinstance(told, Mapping):
        yield (
            f"imported from {told.get('from')}: requests are put together from what it kept; of"
            " the timing only how long an answer took is known, where it says so"
        )
    masked: dict[str, list[str]] = {}
    for saved in rounds:
        if saved.info.masked:
            masked.setdefault(saved.info.masked, []).append(saved.info.round_id)
    for what, round_ids in masked.items():
        yield f"recorded redacted, {', '.join(round_ids)}: {what}"


def _numbered(places: Sequence[int]) -> list[int]:
    """The numbers of lines in the file, from 1, of which the first is the manifest."""
    return [place + 2 for place in places]


def _lines(numbers: Sequence[int]) -> str:
    """Line numbers in words: `line 7`, `lines 7-9, 12`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} " + ", ".join("-".join(map(str, span)) for span in spans)
