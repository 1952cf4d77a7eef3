"""The examples that ship with workbench, as a folder of the user's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from workbench.errors import WorkbenchError

_ROOM = Path(__file__).parent
_PLACES = (_ROOM.parent / "examples", _ROOM.parent.parent)
"""Where `prompts` and `sessions` lie: in an installed package, or in a clone."""


def data_folder() -> Path:
    """Where workbench keeps files of the user's own; `WORKBENCH_DATA_DIR` moves it."""
    if moved := os.environ.get("WORKBENCH_DATA_DIR"):
        return Path(moved)
    import platformdirs

    return platformdirs.user_data_path("workbench", appauthor=False)


def own_examples() -> Path:
    """The user's own copy of the example prompts, made at the first call and then left alone.

    Raises:
        WorkbenchError: The copy cannot be written.
    """
    return examples_in(data_folder() / "examples")


def is_example(prompt: Path) -> bool:
    """Whether a prompt is one of the examples, in any folder, and as it is shipped."""
    try:
        return prompt.read_bytes() == (_shipped() / "prompts" / prompt.name).read_bytes()
    except OSError:
        return False


def examples_in(own: Path) -> Path:
    """A copy of the example prompts and sessions in this folder; what is there is left alone.

    Raises:
        WorkbenchError: The copy cannot be written.
    """
    shipped = _shipped()
    try:
        for name, pattern in (("prompts", "*"), ("sessions", "example-*.jsonl")):
            if not (own / name).exists():
                _copy(shipped / name, own / name, pattern)
    except OSError as error:
        raise WorkbenchError(
            f"the examples cannot be copied to {own}: {error.strerror or error}",
            hint="Make that folder writable, or set WORKBENCH_DATA_DIR to another.",
        ) from error
    return own / "prompts"


def _shipped() -> Path:
    return next(place for place in _PLACES if (place / "prompts").is_dir())


def _copy(source: Path, target: Path, pattern: str) -> None:
    """Copy through a neighbouring folder, so that a copy is whole or not there."""
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        half.mkdir(parents=True)
        for path in source.glob(pattern):
            if path.is_file():
                shutil.copyfile(path, half / path.name)
        half.rename(target)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        if not target.exists():  # else another workbench was first
            raise
