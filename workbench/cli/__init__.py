"""The front door: commands. The only room that prints.

stdout is data, stderr is narration; exit codes are part of the interface: 0 all runs complete,
1 a run failed, 2 nothing could be tried, 130 interrupted. What is heavy (textual, httpx, rich)
is imported by the command that needs it, inside its function.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def entry(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave the process with its exit code."""
    from workbench.cli.main import main

    sys.exit(main(argv))
