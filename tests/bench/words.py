"""What it takes to compare two texts word by word: `python -m tests.bench.words [--words 4000]`.

Each row is a pair of texts of so many words; beside ours, difflib's SequenceMatcher on the same
words, where it comes to an end within a minute. Then the screen on each pair, at 200x60: from a
key's press to the paint after it, while the texts are scrolled and while they are compared anew
(a key that does nothing, beside it, is what the harness takes); and for how long nothing else got
its turn, at worst.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher

from textual.app import App
from textual.pilot import Pilot

from tests.tui.app import until
from tests.tui.runs import cost_of, whole
from workbench.compare.words import differences, tally
from workbench.tui.compare_screen import Compared, CompareScreen

_COMMON = ("the", "of", "and", "to", "a", "in", "is")
_PATIENCE_S = 60.0


def prose(count: int, seed: int) -> str:
    """Words without sense, every second one a common one, a paragraph every sixty."""
    pick = random.Random(seed)
    told = [
        pick.choice(_COMMON) if pick.random() < 0.5 else f"word{pick.randrange(3000)}"
        for _ in range(count)
    ]
    return "\n\n".join(" ".join(told[at : at + 60]) + "." for at in range(0, count, 60))


def edited(text: str, share: float) -> str:
    """The text with this part of its words replaced."""
    pick = random.Random(7)
    return re.sub(r"\w+", lambda word: "new" if pick.random() < share else word[0], text)


def difflib(before: str, after: str) -> None:
    """The same by Python's own."""
    words = [re.findall(r"\w+|\S", text) for text in (before, after)]
    SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes()


def took(compare: Callable[[str, str], object], before: str, after: str) -> str:
    """Milliseconds; in a process of its own, so that it can be ended."""
    process = multiprocessing.get_context("fork").Process(target=compare, args=(before, after))
    began = time.perf_counter()
    process.start()
    process.join(_PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()
        return f"> {_PATIENCE_S * 1000:,.0f}"
    return f"{(time.perf_counter() - began) * 1000:,.0f}"


# The screen

_PRESSES = 10
_TICK_S = 0.002


@dataclass(slots=True)
class Turns:
    """How long the loop kept everybody waiting, at worst, in milliseconds."""

    worst_ms: float = 0.0

    async def watch(self) -> None:
        """Ask for a turn again and again."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            self.worst_ms = max(self.worst_ms, (time.perf_counter() - began - _TICK_S) * 1000)


@asynccontextmanager
async def compared(before: str, after: str) -> AsyncIterator[tuple[Pilot[None], Turns]]:
    """The screen on two answers, once it shows them; watched from before it is opened."""
    runs = [whole(before), whole(after, name="other")]
    app, turns = App[None](), Turns()
    async with app.run_test(size=(200, 60)) as pilot:
        watching = asyncio.create_task(turns.watch())
        screen = CompareScreen(lambda: runs, (0, 1), cost_of)
        await app.push_screen(screen)
        await until(pilot, lambda: bool(screen.query_one("#both", Compared).text))
        await pilot.pause()
        yield pilot, turns
        watching.cancel()


async def pressed(pilot: Pilot[None], *keys: str) -> list[float]:
    """Milliseconds from each press to the paint after it."""
    took = []
    for _ in range(_PRESSES):
        for key in keys:
            began = time.perf_counter()
            await pilot.press(key)
            await pilot.pause()
            took.append((time.perf_counter() - began) * 1000)
    return took


KEYS = {
    "nothing": ("f20",),
    "scrolled": ("pagedown", "down", "pageup"),
    "to a change": ("n", "n", "N"),
    "made anew": ("l", "down"),
}


async def on_screen(before: str, after: str) -> str:
    """A row of figures."""
    async with compared(before, after) as (pilot, turns):
        cells = [f"{turns.worst_ms:10.0f}"]
        for keys in KEYS.values():
            turns.worst_ms = 0.0
            took = await pressed(pilot, *keys)
            cells.append(f"{statistics.median(took):7.0f} {max(took):5.0f} {turns.worst_ms:5.0f}")
    return " ".join(cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--words", type=int, default=4_000)
    parser.add_argument("--screen-only", action="store_true", help="not difflib, which takes long")
    args = parser.parse_args()
    count = args.words
    text = prose(count, 1)
    pairs = {
        "one word in twenty": (text, edited(text, 0.05)),
        "one word in two": (text, edited(text, 0.5)),
        "unrelated": (text, prose(count, 2)),
        "one word, repeated": ("the " * count, "the a " * (count // 2)),
    }
    print(f"{count:,} words            ours ms   difflib ms   the same")
    for name, (before, after) in ({} if args.screen_only else pairs).items():
        same = tally(differences(before, after)).same
        row = f"{took(differences, before, after):>9} {took(difflib, before, after):>12}"
        print(f"{name:20} {row} {same:>9.0%}", flush=True)
    heads = " ".join(f"{name:>19}" for name in KEYS)
    print(f"\n{'ms: median, worst, kept waiting':20}\n{'':20}     opened {heads}")
    for name, (before, after) in pairs.items():
        print(f"{name:20} {asyncio.run(on_screen(before, after))}", flush=True)


if __name__ == "__main__":
    main()
