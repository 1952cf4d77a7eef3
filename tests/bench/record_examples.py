"""Record the example sessions anew: `python -m tests.bench.record_examples`.

One session for each example prompt, on the simulator at its own pace; the policy assistant runs
twice, so that its second round reads what the first one wrote to the cache. The last one recorded
is the one that the workbench opens in a fresh clone.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from workbench.documents.prompt import load_prompt
from workbench.workbench.bench import open_workbench

ROOT = Path(__file__).parents[2]
ROUNDS = {"orders": 1, "policy": 2, "triage": 1}


async def record(name: str, rounds: int) -> Path:
    """Run a prompt so many times in one session; the file's new place."""
    prompts = ROOT / "prompts"
    with tempfile.TemporaryDirectory() as folder:
        async with open_workbench(prompts, provider="simulator", sessions=Path(folder)) as bench:
            await bench.ready()
            prompt = load_prompt(prompts / f"{name}.prompt.yaml")
            for _ in range(rounds):
                async with bench.round(bench.plan(prompt)) as live:
                    async for _ in live:
                        pass
        assert bench.journal is not None
        assert bench.journal.path is not None
        return Path(shutil.copy(bench.journal.path, ROOT / "sessions" / f"example-{name}.jsonl"))


async def main() -> None:
    """Record all of them."""
    for name, rounds in ROUNDS.items():
        path = await record(name, rounds)
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    asyncio.run(main())
