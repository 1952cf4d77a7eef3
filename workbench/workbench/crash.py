"""What is left of a bug: a file for whoever mends it, and one line for the user."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime

from workbench.errors import WorkbenchError

_SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")
_SHORTEST = 8  # a shorter value is a word like any other


def crash_line(error: BaseException | None) -> str:
    """Write the crash file: where it happened, without values and keys; the line that says so."""
    error = getattr(error, "error", error)  # Textual's workers wrap what they met
    lines = traceback.format_exception(error) if error is not None else ["no exception\n"]
    keys = _key_names()
    told = f"{datetime.now(UTC).isoformat()}\n\n{''.join(lines)}"
    for name, value in os.environ.items():
        if (name in keys or name.upper().endswith(_SECRET_NAMES)) and len(value) >= _SHORTEST:
            told = told.replace(value, "[secret]")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="workbench-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(told)
        where = file.name
    except OSError as refused:
        where = f"nowhere ({refused.strerror})"
    return f"workbench: a bug in workbench ended it. What was received is saved; details: {where}"


def _key_names() -> set[str]:
    """The variables that hold the keys of all providers known, the user's own included."""
    from workbench.catalog.catalog import catalog

    try:
        return {profile.key_env for profile in catalog().profiles.values()}
    except WorkbenchError:  # a config file that cannot be used names no keys
        return set()
