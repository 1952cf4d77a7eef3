"""Take the README's picture anew: `python -m tests.bench.picture`.

Drives the app on the triage example at the simulator's own pace and keeps the screen as SVG at
the moment when one variant has ended and the others still stream.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from workbench.tui.app import WorkbenchApp
from workbench.workbench.bench import open_workbench

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "tests" / "pictures" / "workbench.svg"
_WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def for_the_page(svg: str) -> str:
    """The picture with fonts that every machine has, and nothing loaded from elsewhere."""
    return _WEB_FONT.sub("", svg).replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


async def main() -> None:
    """Run, wait for the moment, keep the picture."""
    prompts = ROOT / "prompts"
    async with open_workbench(prompts, provider="simulator", save=False) as bench:
        app = WorkbenchApp(bench, first=prompts / "triage.prompt.yaml")
        async with app.run_test(size=(150, 42)) as pilot:
            while not app.front.grid.panes:
                await pilot.pause(0.05)
            await bench.ready()
            await pilot.press("ctrl+r")
            base, terse, _ = app.front.grid.panes
            while not (base.run and terse.run and terse.run.end_state and len(base.run.text) > 330):
                await pilot.pause(0.02)
            await pilot.pause(0.25)
            TARGET.write_text(for_the_page(app.export_screenshot()), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}  {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    asyncio.run(main())
