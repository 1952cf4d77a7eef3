"""Small files of ours: JSON with a version, written whole or not at all, read without complaint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.documents.save import write_whole
from workbench.errors import SettingsError


def read_stored(path: Path, version: int) -> dict[str, Any]:
    """What the file holds; nothing where it is missing, damaged or of another version."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict) or data.get("version") != version:
        return {}
    return {str(name): value for name, value in data.items() if name != "version"}


def write_stored(path: Path, version: int, data: Mapping[str, Any]) -> None:
    """Write the file, and its folder where there is none.

    Raises:
        SettingsError: It cannot be written; what it held is untouched.
    """
    text = json.dumps({"version": version, **data}, indent=2, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8", "surrogatepass"), mode=0o600)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="What you chose holds until you leave.",
        ) from error
