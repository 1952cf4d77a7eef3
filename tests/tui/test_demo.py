"""The demonstration plays to its end, and the README's pictures show what it shows."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from workbench.cli.demo import scenes

PICTURES = Path(__file__).parents[1] / "pictures"
NAMES = ("edit", "run", "figures", "pane", "typed", "again", "sessions", "replay", "keys")
_TEXT = re.compile(r'<text[^>]* y="([\d.]+)"[^>]*>(.*?)</text>')

pytestmark = pytest.mark.anyio


def rows(svg: str) -> list[str]:
    """The lines of a picture, without what changes from one day to the next."""
    found: dict[float, str] = {}
    for y, words in _TEXT.findall(svg):
        found[float(y)] = found.get(float(y), "") + unescape(words).replace("\xa0", " ")
    return [re.sub(r"[\d.,:≈━─]+", "0", found[y]).strip() for y in sorted(found)]


async def test_it_plays_to_the_end_and_its_pictures_are_current() -> None:
    """Every scene is reached; frames, names and keys stand in the README's pictures as they do."""
    kept = dict(await scenes())

    assert tuple(kept) == NAMES
    assert all("SIMULATED" in svg for name, svg in kept.items() if name != "keys")
    for path in PICTURES.glob("*.svg"):
        shown, now = rows(path.read_text("utf-8")), rows(kept[path.stem])
        same = [*zip(shown, now, strict=True)]
        editors = [pair for pair in same if "│" in pair[0] or "┃" in pair[0]][:12]
        for old, new in (*editors, same[-1]):
            assert old == new, f"{path.name} is old: workbench --demo --record tests/pictures"
