"""Work that takes time, done beside all else of the app."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, Any]]
"""A function, not the coroutine that it makes: an app that ends first leaves none over."""


def begin(node: DOMNode, work: Work, group: str, *, exclusive: bool = False) -> Worker[Any]:
    """Do this beside all else, until the node is gone.

    Args:
        exclusive: What was still being done of the same group is dropped.
    """
    return node.run_worker(work, group=group, exclusive=exclusive)
