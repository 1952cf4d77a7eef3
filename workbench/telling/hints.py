"""Hints of the rooms below name an argument of Python as `rubric=`; each face says its own."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAMED = re.compile(r"`([a-z_]+)=`")


def with_arguments(hint: str, told: Callable[[str], str]) -> str:
    """The hint with every argument that it names as `told` says it."""
    return _NAMED.sub(lambda found: told(found[1]), hint)
