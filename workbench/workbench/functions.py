"""The user's own functions, as checks: code that runs only where the user has allowed it.

And never from outside the folder of their prompt.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from workbench.compare.checks import Opinion
from workbench.documents.checks import Check
from workbench.errors import SettingsError
from workbench.run import Run

NO_JUDGE = "not judged: judges are asked after the round"


class Functions:
    """The user's own functions, by `file://NAME.py:FUNCTION`.

    A function is given the answer's text and facts of the run by name: `variant`, `case`, `model`,
    `stop_reason`, `content`, `usage`. It returns whether the answer passes, a score from 0 to 1,
    or a mapping with `pass`, `score` and `reason`, as promptfoo has it.

    Args:
        folder: The prompt's folder.
        allowed: Whether the user lets code run.
        how: How that is said, in the words of the face.
    """

    def __init__(self, folder: Path, *, allowed: bool, how: str = "with allow_code=True") -> None:
        self._folder, self._allowed, self._how = folder, allowed, how
        self._loaded: dict[str, Callable[..., Any]] = {}

    def runs(self, checks: Sequence[Check]) -> bool:
        """Whether any of these checks runs code, which may take as long as it likes."""
        return self._allowed and bool(named_in(checks))

    def require(self, checks: Sequence[Check]) -> None:
        """Load all functions that these checks name.

        Raises:
            SettingsError: One is not there, or does not load.
        """
        for check in checks if self._allowed else ():
            if check.type == "python":
                self._function(str(check.value))

    def ask(self, run: Run, check: Check) -> Opinion | str:
        """What a function says of a run; or why it was not asked, or what it raised."""
        if check.type != "python":
            return NO_JUDGE
        if not self._allowed:
            return f"code runs only {self._how}"
        facts = {name: getattr(run, name) for name in ("variant", "case", "model", "stop_reason")}
        facts |= {"content": run.content, "usage": dict(run.usage.counts)}
        try:
            function = self._function(str(check.value))
        except SettingsError as error:
            return error.problem
        said = _tried(lambda: function(run.text, facts))
        return f"{check.value} {said.words}" if isinstance(said, _Raised) else _opinion(said)

    def _function(self, named: str) -> Callable[..., Any]:
        if named not in self._loaded:
            self._loaded[named] = self._load(named)
        return self._loaded[named]

    def _load(self, named: str) -> Callable[..., Any]:
        file, _, name = named.removeprefix("file://").rpartition(":")
        path = (self._folder / file).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise SettingsError(f"{named} leaves the prompt's folder", hint="Move the file there.")
        spec = importlib.util.spec_from_file_location(f"workbench_checks_{path.stem}", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise SettingsError(f"{named}: there is no such file", hint=f"It would be {path}.")
        module = importlib.util.module_from_spec(spec)
        if isinstance(said := _tried(partial(spec.loader.exec_module, module)), _Raised):
            hint = "Run the file with Python to see more."
            raise SettingsError(f"{named} does not load: it {said.words}", hint=hint)
        function = getattr(module, name, None)
        if not callable(function):
            raise SettingsError(f"{named}: {path.name} has no function `{name}`")
        return function  # type: ignore[no-any-return]


def named_in(checks: Iterable[Check]) -> list[str]:
    """The functions that these checks name: `own.py:polite`."""
    return [str(one.value).removeprefix("file://") for one in checks if one.type == "python"]


def _opinion(said: Any) -> Opinion | str:
    match said:
        case bool():
            return Opinion(float(said), f"returned {said}", said)
        case int() | float():
            return Opinion(float(said))
        case {"score": int() | float() as score}:
            passed = said.get("pass")
            whether = passed if isinstance(passed, bool) else None
            return Opinion(float(score), str(said.get("reason", "")), whether)
        case {"pass": bool(passed)}:
            return Opinion(float(passed), str(said.get("reason", "")), passed)
    return f"the function returned {type(said).__name__}: a bool, a score or a mapping is needed"


@dataclass(frozen=True, slots=True)
class _Raised:
    """What the user's code raised, in words."""

    words: str


def _tried(code: Callable[[], Any]) -> Any:
    """What the user's code gives, or raises: it may do whatever it likes, and we go on."""
    try:
        return code()
    except Exception as error:  # noqa: BLE001
        return _Raised(f"raised {type(error).__name__}: {error}")
