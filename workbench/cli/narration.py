"""What is said of a round as a whole while it goes on: how much room the provider still gives."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from workbench.cli.show import View
from workbench.workbench.headroom import shown

if TYPE_CHECKING:
    from workbench.workbench.bench import Workbench

_EVERY_S = 0.5
_WORTH_SAYING_S = 1.0


def standing(bench: Workbench) -> str:
    """What the provider still lets us do, in one line; empty where it does not say."""
    return shown(bench.headroom)


def waiting(bench: Workbench) -> str:
    """That runs wait for the provider's limits, and for how long; empty where none does."""
    if bench.shut_s < _WORTH_SAYING_S:
        return ""
    left = shown(bench.headroom, brief=True)
    line = f"waiting about {math.ceil(bench.shut_s)} s for the provider's limits"
    return f"{line} ({left})" if left else line


@asynccontextmanager
async def narrated(bench: Workbench, view: View) -> AsyncIterator[None]:
    """While inside the block, keep the view told."""

    async def tell() -> None:
        while True:
            view.aside(waiting(bench), standing(bench))
            await asyncio.sleep(_EVERY_S)

    teller = asyncio.create_task(tell(), name="narration")
    try:
        yield
    finally:
        teller.cancel()
        await asyncio.wait([teller])
