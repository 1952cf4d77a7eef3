"""The simulator as the app starts it; `workbench simulate` is the one for people.

Prints one line of JSON, `{"port": 43111}` once it listens or `{"error": …, "hint": …}`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from urllib.parse import urlsplit

from workbench.errors import SimulatorError
from workbench.simulator.config import PROVIDERS, SimulatorConfig
from workbench.simulator.server import serving
from workbench.tokens import warm


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the parent is gone. Exit code: 0 done, 1 it could not start."""
    parser = argparse.ArgumentParser(prog="python -m workbench.simulator")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", choices=PROVIDERS, default="anthropic")
    parser.add_argument(
        "--parent-pipe", action="store_true", help="end as soon as standard input does"
    )
    options = parser.parse_args(argv)
    if options.parent_pipe:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        config = SimulatorConfig(
            port=options.port, profile=options.profile, speed=options.speed, seed=options.seed
        )
        asyncio.run(_serve(config))
    except SimulatorError as error:
        _say({"error": error.problem, "hint": error.hint})
        return 1
    except KeyboardInterrupt:
        pass
    return 0


async def _serve(config: SimulatorConfig) -> None:
    async with serving(config) as url:
        _say({"port": urlsplit(url).port})
        threading.Thread(target=_warm, daemon=True).start()
        await asyncio.Event().wait()


def _warm() -> None:
    """Load the vocabularies while the first request is still being typed."""
    warm("classic")
    warm("new")


def _leave_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
