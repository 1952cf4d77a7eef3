"""The demonstration plays to its end, and the README's pictures and recording show what is so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.pictures.darkroom import fingerprint, made_of
from tests.pictures.readme import CAST, HERE, JUDGED, PICTURES, PLAYED, judged
from tests.tui.app import opened, own_prompts
from workbench.cli.demo import SIZE, scenes
from workbench.tui import demo

NAMES = ("edit", "run", "figures", "pane", "typed", "again", "sessions", "replay", "keys")
OLD = "is old: python -m tests.pictures.readme"
_TEXT = re.compile(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')
_CELL = 12.2  # what a column is wide in a picture, which leaves blanks out that stand alone
_CONTROL = re.compile(r"\x1b\[[^A-Za-z]*[A-Za-z]")
_VARIES = re.compile(
    r"[⠁-⣿✓] \w+|so far|[\d,]+ of [\d,]+ requests left(, resets in [\d.]+ s)?|^ workbench"
)  # what has ended by then, and what there is room for beside it
_FRAMES = re.compile("[│┃┣┫├┤╭╮╰╯┏┓┗┛─━▔▁▐▌▆▃]+")

pytestmark = pytest.mark.anyio


def rows(svg: str) -> list[str]:
    """The lines of a picture."""
    found: dict[float, str] = {}
    for x, y, words in _TEXT.findall(svg):
        before = found.get(float(y), "").ljust(round(float(x) / _CELL))
        found[float(y)] = before + unescape(words).replace("\xa0", " ")
    return [found[y].rstrip() for y in sorted(found)]


def cells(row: str) -> list[str]:
    """What stands between the frames of a line, without what differs from one day to the next."""
    row = _VARIES.sub("", row)
    row = re.sub(r"[≈$]*[\d.,:]+|–", "0", row)
    return [re.sub("  +", "  ", cell.strip()) for cell in _FRAMES.split(row)]


def standing(svg: str) -> list[str]:
    """The lines of a picture of panes, but for the text that streams in them."""
    lines = rows(svg)
    first = next(n for n, line in enumerate(lines) if "≡" in line)
    last = next(n for n, line in enumerate(lines) if n > first and line[:1] in "├┣")
    return lines[: first + 1] + lines[last:]


def agree(old: str, new: str) -> bool:
    """Whether two lines are one, but that a round may have come further in one of them."""
    pairs = zip(cells(old), cells(new), strict=True)
    return all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def told(svg: str) -> Iterator[str]:
    """The words of a picture that stand together, and have no figures."""
    for row in rows(svg):
        yield from (part for part in re.split(r"  +|[^ -~]|[^ ]*[\d/][^ ]*", row) if len(part) > 3)


async def test_it_plays_to_the_end_and_what_the_readme_shows_is_current(tmp_path: Path) -> None:
    """Every scene is reached, pictures show it, PNGs are made of them, and the recording has it."""
    kept = dict(await scenes())

    assert tuple(kept) == NAMES
    assert all("SIMULATED" in svg for name, svg in kept.items() if name != "keys")
    now = kept | await judged(tmp_path)
    for name in PICTURES:
        svg = (HERE / f"{name}.svg").read_text("utf-8")
        assert made_of(HERE / f"{name}.png") == fingerprint(svg), f"{name}.png {OLD}"
        take = standing if name in PLAYED else rows
        for old, new in zip(take(svg), take(now[name]), strict=True):
            same = agree(old, new) if name in PLAYED else cells(old) == cells(new)
            assert same, f"{name}.svg {OLD}\n{old}\n{new}"
    assert set(PICTURES) == {*PLAYED, *JUDGED} == {path.stem for path in HERE.glob("*.svg")}

    head, *events = map(json.loads, CAST.read_text("utf-8").splitlines())
    assert (head["width"], head["height"]) == SIZE
    shown = _CONTROL.sub("", "".join(event[2] for event in events))
    for name in ("edit", "sessions", "keys"):
        missing = [words for words in told(kept[name]) if words.strip() not in shown]
        assert not missing, f"demo.cast {OLD}: {name}"


async def test_it_plays_to_the_end_where_rounds_are_over_before_anybody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is busy, a second may pass between a key and the next look."""
    monkeypatch.setattr(demo, "PATIENCE_S", 10.0)
    kept: list[str] = []
    async with opened(own_prompts(tmp_path), speed=1000) as (app, pilot):
        await demo.play(demo.Player(app, pilot, 0.0, lambda name, svg: kept.append(name)))

    assert tuple(kept) == NAMES
