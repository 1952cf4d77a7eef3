"""What it takes to plan a round of very many cases, before the first of them is sent.

Run it: `python -m tests.bench.plan [ROWS]` (20,000 where none is said). CPU milliseconds a run, two
variants of one prompt over a CSV file whose tickets all differ, step by step; and, in turns with
that, the long way over a part of the rows: each request looked through and counted whole. Both
count the same tokens, or it says so and ends with 1.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from workbench.compare.planner import enough_for
from workbench.documents.cases import read_cases
from workbench.documents.prompt import Prompt, load_prompt
from workbench.tokens.text import forget, warm
from workbench.workbench.bench import open_workbench
from workbench.workbench.forecast import forecast, inputs_of
from workbench.workbench.foreseen import foreseen, foreseen_of
from workbench.workbench.inputs import input_of
from workbench.workbench.outcome import model_of
from workbench.workbench.plan import Settings

T = TypeVar("T")
ROWS, PART = 20_000, 20
"""Cases; the long way goes over one run in so many."""
WORDS = Path(__file__).parents[2].joinpath("README.md").read_text().split()
PROMPT = """model: claude-haiku-4-5
max_tokens: 400
system:
  - {type: text, text: "SYSTEM", cache_control: {type: ephemeral}}
messages:
  - role: user
    content: |-
      Answer with the queue only.
      <ticket>{{ticket}}</ticket>
cases: file://many.csv
variants: {base: {}, warm: {temperature: 0.7}}
"""


def made(folder: Path, rows: int) -> Prompt:
    """A prompt of some 1,000 tokens with a dataset of so many rows."""
    draw = random.Random(5)
    words = [word for word in WORDS if word.isalpha()]
    system = " ".join(draw.choices(words, k=900))
    (folder / "many.prompt.yaml").write_text(PROMPT.replace("SYSTEM", system))
    with (folder / "many.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "ticket"])
        for number in range(rows):
            writer.writerow([number, " ".join(draw.choices(words, k=40)) + f" Order A-{number}."])
    return load_prompt(folder / "many.prompt.yaml")


def took_ms(what: str, runs: int, work: Callable[[], T]) -> tuple[float, T]:
    """CPU milliseconds a run of some work, told in a line."""
    began = time.process_time()
    done = work()
    each = (time.process_time() - began) * 1000 / runs
    print(f"{what:<44} {each:7.4f} ms a run")
    return each, done


def main() -> int:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prompt, runs = made(folder, rows), rows * 2
        bench = open_workbench(folder, provider="simulator", save=False)
        read, cases = took_ms("read the dataset", runs, lambda: read_cases(prompt))
        warm("classic")
        settings = Settings(cases=[case.id for case in cases])
        looked, _ = took_ms("foresee", runs, lambda: foreseen(prompt, "simulator", settings))
        planned, plan = took_ms("plan", runs, lambda: bench.plan(prompt, settings))
        counted, ahead = took_ms("count tokens and money", runs, lambda: forecast(plan))
        took_ms("what so many pairs can show", runs, lambda: enough_for(rows))
        some = [*zip(plan.runs, inputs_of(plan), strict=True)][::PART]
        forget()  # the words of the tickets, which both ways count for the first time
        warm("classic")
        requests = [(plan.requests[run.run_id], model_of(run)) for run, _ in some]
        seen, _ = took_ms(
            "the long way: foresee",
            len(some),
            lambda: [foreseen_of(request, "simulator") for request, _ in requests],
        )
        whole, sizes = took_ms(
            "the long way: count", len(some), lambda: [input_of(r, model) for r, model in requests]
        )
        times = (seen + whole) / (looked + planned + counted)
        total = (read + looked + planned + counted) * runs / 1000
        print(f"{runs:,} runs in {total:.1f} s of CPU, {ahead.input_tokens.shown()} tokens in")
        print(f"the long way takes {times:.1f} times as long, without making the requests")
        same = all(size == one for size, (_, one) in zip(sizes, some, strict=True))
        print("both ways count the same" if same else "the two ways DIFFER")
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
