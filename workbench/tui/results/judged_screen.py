"""What screens have in common on which an answer is rated: they post, the desk keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message as Notice

from workbench.compare.results import Entry
from workbench.tui.act_screen import ActScreen

if TYPE_CHECKING:
    from workbench.tui.results.table import Sheet


class JudgedScreen(ActScreen):
    """A screen on which one answer is chosen."""

    @dataclass
    class Wanted(Notice):
        """The user wants something done with an answer, named by its run's id."""

        act: str
        run_id: str
        sheet: Sheet | None = None
        """That the run is on; the one whose results are shown where None."""

    @property
    def judged(self) -> Entry | None:
        """The answer that is meant; None, once that was said, where there is none."""
        raise NotImplementedError  # every screen has its own

    def action_want(self, act: str) -> None:
        """Ask for an act that is the desk's."""
        if act in ("rate_undo", "review", "judge", "resume", "export_results"):
            self.post_message(self.Wanted(act, ""))
        elif (entry := self.judged) is not None:
            self.post_message(self.Wanted(act, entry.run.run_id))
