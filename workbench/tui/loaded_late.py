"""What most sittings do not come to: loaded once it is wanted, and not before.

Results, reviews, judges, promoting and going on take 4 MB and a third of a second to load.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.caps import Caps
    from workbench.tui.desk import Desk
    from workbench.tui.going_on import GoingOn
    from workbench.tui.pane_desk import PaneDesk
    from workbench.tui.promoting import Promoting
    from workbench.tui.results.judge_desk import JudgeDesk
    from workbench.tui.results.keeping import Keeping
    from workbench.tui.results.results_desk import ResultsDesk
    from workbench.tui.review.review_desk import ReviewDesk
    from workbench.tui.rounds import Rounds
    from workbench.workbench.bench import Workbench


class LoadedLate:
    """The parts of the desk that come late; nothing else may be made of it."""

    app: WorkbenchApp
    bench: Workbench
    caps: Caps
    keeping: Keeping
    panes: PaneDesk
    rounds: Rounds

    @cached_property
    def promoting(self) -> Promoting:
        """Makes a variant the base of its file."""
        from workbench.tui.promoting import Promoting

        return Promoting(cast("Desk", self))

    @cached_property
    def results(self) -> ResultsDesk:
        """Shows what has come of rounds."""
        from workbench.tui.results.results_desk import ResultsDesk

        return ResultsDesk(self.app, self.keeping, self.panes, self.promoting)

    @cached_property
    def reviews(self) -> ReviewDesk:
        """Has answers voted on without their names."""
        from workbench.tui.review.review_desk import ReviewDesk

        return ReviewDesk(self.app, self.keeping, self.promoting)

    @cached_property
    def judges(self) -> JudgeDesk:
        """Has a model judge answers."""
        from workbench.tui.results.judge_desk import JudgeDesk

        look_up = self.rounds.look_up_the_day
        return JudgeDesk(self.app, self.bench, self.keeping, lambda: self.caps, look_up)

    @cached_property
    def going_on(self) -> GoingOn:
        """Goes on from what was answered."""
        from workbench.tui.going_on import GoingOn

        return GoingOn(cast("Desk", self))

    async def settled(self) -> None:
        """Wait until what is being kept is in its files; cancel a judge at work."""
        if "reviews" in vars(self):
            await self.reviews.settled()
        if "judges" in vars(self):
            await self.judges.stop()
