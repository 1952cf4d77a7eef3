"""How fast counting is: `python -m tests.bench.tokens`. CPU milliseconds, this machine.

Wanted (research/tokens.md section 8): 10 kB warm at most 10 ms; 1 MB of anything at most 2.5 s.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from workbench.catalog.model import Tokenizer
from workbench.tokens.exact import exact_counter
from workbench.tokens.o200k import o200k_counter
from workbench.tokens.text import count, forget

HERE = Path(__file__).parent.parent.parent
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def texts() -> Mapping[str, str]:
    """What to count: our own sources and documents, and what is hard on a tokenizer."""
    files = sorted(p for s in ("*.py", "*.md", "*.yaml") for p in HERE.glob(f"[wptR]*/**/{s}"))
    source = "\n".join(path.read_text("utf-8") for path in files)
    chance, mega = random.Random(1), 1_000_000
    return {
        "10 kB": source[:10_000],
        "20 kB": source[20_000:40_000],
        "200 kB": (source * 3)[:200_000],
        "1 MB": (source * 20)[:mega],
        "1 MB spaces": " " * mega,
        "1 MB dots": "." * mega,
        "1 MB newlines": "\n" * mega,
        "1 MB one letter": "a" * mega,
        "1 MB letters": "".join(chance.choices(LETTERS, k=mega)),
        "1 MB base64": "".join(chance.choices(LETTERS + LETTERS.upper() + "0123456789+/", k=mega)),
        "1 MB emoji": "😀" * (mega // 4),
    }


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds that it takes."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def main() -> None:
    """Print a table: load, then first and again for each text, by each counter."""
    tokenizers: tuple[Tokenizer, ...] = ("classic", "new")
    for tokenizer in tokenizers:
        for name, load in (("exact", exact_counter), ("o200k", o200k_counter)):
            began = time.process_time()
            counter = load(tokenizer)
            took = 1000 * (time.process_time() - began)
            if counter is None:
                print(f"{name} {tokenizer}: not on this machine")
                continue
            print(f"{name} {tokenizer}: load {took:.0f} ms")
            for what, text in texts().items():
                first = cpu_ms(lambda c=counter, t=text: c(t))  # type: ignore[misc]
                again = cpu_ms(lambda c=counter, t=text: c(t))  # type: ignore[misc]
                print(f"  {what:<16} {first:9.1f} {again:9.1f}")
        forget()
        print(f"count {tokenizer}, as the app does it")
        for what, text in texts().items():
            first = cpu_ms(lambda t=text, k=tokenizer: count(t, k))  # type: ignore[misc]
            again = cpu_ms(lambda t=text, k=tokenizer: count(t, k))  # type: ignore[misc]
            print(f"  {what:<16} {first:9.1f} {again:9.1f}")


if __name__ == "__main__":
    main()
