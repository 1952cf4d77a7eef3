"""What it takes to compare two texts word by word: `python -m tests.bench.words [--words 4000]`.

Each row is a pair of texts of so many words; beside ours, difflib's SequenceMatcher on the same
words, where it comes to an end within a minute.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import time
from collections.abc import Callable
from difflib import SequenceMatcher

from workbench.compare.words import differences, tally

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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--words", type=int, default=4_000)
    count = parser.parse_args().words
    text = prose(count, 1)
    pairs = {
        "one word in twenty": (text, edited(text, 0.05)),
        "one word in two": (text, edited(text, 0.5)),
        "unrelated": (text, prose(count, 2)),
        "one word, repeated": ("the " * count, "the a " * (count // 2)),
    }
    print(f"{count:,} words            ours ms   difflib ms   the same")
    for name, (before, after) in pairs.items():
        same = tally(differences(before, after)).same
        row = f"{took(differences, before, after):>9} {took(difflib, before, after):>12}"
        print(f"{name:20} {row} {same:>9.0%}", flush=True)


if __name__ == "__main__":
    main()
