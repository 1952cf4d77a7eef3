"""How far long work has come that comes before a round: on a terminal, in one line of stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from workbench.workbench.watched import Tell

_SILENT_S, _EVERY_S = 0.5, 0.1
"""Work that is over at once says nothing; the rest is told ten times a second."""
_CLEAR = "\r\x1b[K"


@contextmanager
def working() -> Iterator[Tell]:
    """Inside the block, what was handed out shows how far the work has come; gone at its end."""
    began = told_at = time.monotonic()
    shown = False

    def tell(doing: str, done: int, of: int) -> None:
        nonlocal told_at, shown
        now = time.monotonic()
        if now - began < _SILENT_S or now - told_at < _EVERY_S or not sys.stderr.isatty():
            return
        told_at, shown = now, True
        click.echo(f"{_CLEAR}{doing}: {done:,} of {of:,}   Ctrl+C stops", err=True, nl=False)

    try:
        yield tell
    finally:
        if shown:
            click.echo(_CLEAR, err=True, nl=False)
