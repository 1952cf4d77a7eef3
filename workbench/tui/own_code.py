"""The user's own Python, as checks: it runs once the user has said so, for this sitting."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.choice import Choice
from workbench.workbench.functions import Functions, named_in

if TYPE_CHECKING:
    from workbench.documents.checks import Check
    from workbench.tui.app import WorkbenchApp
    from workbench.workbench.plan import Plan

_NAMED = 4
_NONE = "The next round's checks run no code; others of this folder may."
_MEANS = (
    "Allowed, a check of type python runs its function of a file in {folder}, as you, with all that"
    " you may do, each time an answer has ended. Allow it where you know what those files do."
)


class OwnCode:
    """Whether the checks of a folder's datasets may run code; not before the user was asked.

    Args:
        app: Asks the user.
        folder: The folder of prompts, which no code that runs may be outside of.
    """

    def __init__(self, app: WorkbenchApp, folder: Path) -> None:
        self._app, self._folder = app, folder
        self._told = False
        self.allowed = False

    def functions(self, plan: Plan) -> Functions:
        """The functions for the checks of a round; says once that some are not tried."""
        if not self.allowed and not self._told and (asked := _functions(plan.checks.values())):
            self._told = True
            words = f"Not tried: checks by {_some(asked)}. {key_of('allow_code')} lets them run."
            self._app.notify(plain(words), markup=False, timeout=10)
        how = f"once you allow it: {key_of('allow_code')}"
        return Functions(self._folder, allowed=self.allowed, how=how)

    async def ask(self, plan: Plan | None) -> None:
        """Ask whether code may run; where it may, whether it may no longer.

        Args:
            plan: The next round, whose checks are named.
        """
        asked = _functions(plan.checks.values()) if plan is not None else []
        if self.allowed:
            question = "Checks may run Python of this folder, until you leave."
            answers = {"f": "forbid it again"}
        else:
            which = f"The next round's checks run {_some(asked)}." if asked else _NONE
            question = f"{which}\n\n{_MEANS.format(folder=self._folder)}"
            answers = {"a": "allow it, until you leave the workbench"}
        answer = await self._app.push_screen_wait(Choice(plain(question), answers))
        if answer in answers:
            self.allowed = not self.allowed
            said = "Checks may run your code from now on." if self.allowed else "Code is forbidden."
            self._app.notify(said)


def _functions(asked: Iterable[Iterable[Check]]) -> list[str]:
    return list(dict.fromkeys(name for checks in asked for name in named_in(checks)))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
