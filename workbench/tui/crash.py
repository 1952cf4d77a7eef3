"""What is left of a crash: a file for whoever mends it, and one line for the user."""

from __future__ import annotations

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from workbench.workbench.bench import APP_VERSION, Workbench


def crash_report(error: BaseException | None, bench: Workbench) -> Text:
    """Write the crash file, without values and without the key; the line that says where it is."""
    error = getattr(error, "error", error)  # a worker wraps what it met
    lines = traceback.format_exception(error) if error is not None else ["no exception\n"]
    told = f"workbench {APP_VERSION}  {datetime.now(UTC).isoformat()}\n\n{''.join(lines)}"
    if key := bench.endpoint.key:
        told = told.replace(key, "[secret]")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="workbench-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(told)
        where = str(Path(file.name))
    except OSError as refused:
        where = f"nowhere ({refused.strerror})"
    return Text(
        f"workbench: a bug in workbench ended it. What was received is saved; details: {where}"
    )
