"""Does what the review's screen wants, by way of the door: which pairs, and keeping the votes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from workbench.compare.review import Ids, Pair, Review, Vote, asked, review_of
from workbench.errors import SettingsError, WorkbenchError
from workbench.run import Run
from workbench.tui.acts import key_of
from workbench.tui.look_acts import PROMOTE, REVIEW_ACTS
from workbench.tui.picker import Item, Picker
from workbench.tui.results.keeping import Keeping
from workbench.tui.results.table import Sheet, Table, sheet_of
from workbench.tui.review.review_screen import ReviewScreen
from workbench.tui.work import begin
from workbench.workbench.library import About
from workbench.workbench.reviews import chains, seed_of, votes_in
from workbench.workbench.reviews import review as review_with
from workbench.workbench.saved import Session, stem_of
from workbench.workbench.standings import Stands

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.promoting import Promoting


class ReviewDesk:
    """Shows the pairs of a round, and keeps every vote in the session's file as it comes.

    Args:
        app: Shows the screens, and asks the user.
        keeping: Keeps votes.
        promoting: Makes a variant the base of its file.
    """

    def __init__(self, app: WorkbenchApp, keeping: Keeping, promoting: Promoting) -> None:
        self._app, self._keeping, self._promoting = app, keeping, promoting
        self._sheet, self._seed = Sheet(), 0
        self._rounds: Mapping[str, Sequence[Run]] = {}  # those that are reviewed, by their ids
        self._screen: ReviewScreen | None = None
        self._cast: asyncio.Queue[tuple[Vote, bool]] = asyncio.Queue()
        self._at_work = self._astray = False

    async def show_saved(self, session: Session, of: str = "") -> None:
        """Review a round of a session: the one that is named, or that has the named run."""
        try:
            await self.review_saved(session, of)
        except WorkbenchError as error:
            self._app.tell(error)

    async def show(self, sheet: Sheet) -> None:
        """Review a sheet's rounds with two variants until the user leaves."""
        try:
            await self.review(sheet)
        except WorkbenchError as error:
            self._app.tell(error)

    async def review_saved(
        self, session: Session, of: str = "", names: Sequence[str] = (), seed: int = 0
    ) -> None:
        """Review the rounds of a session, or one of them, until the user leaves.

        Args:
            session: The session.
            of: The id of the round, or of a run of it; all of the last prompt that was sent with
                two variants where empty.
            names: The two variants; asked for where there are more, and these are not given.
            seed: What order and sides are drawn from.

        Raises:
            SettingsError: There is no such round, no such variant, or nothing to vote on.
        """
        found = [
            chain
            for chain in chains(session.rounds)
            if not of or any(of in (s.info.round_id, *(r.run_id for r in s.runs)) for s in chain)
        ]
        title = stem_of(session.path)
        if of and not found:
            known = ", ".join(chain[0].info.round_id for chain in chains(session.rounds))
            raise SettingsError(f"{title} has no round {of!r}", hint=f"It has: {known or 'none'}.")
        rounds = [saved for chain in found for saved in chain]
        await self.review(await asyncio.to_thread(sheet_of, session, rounds, title), names, seed)

    async def review(self, sheet: Sheet, names: Sequence[str] = (), seed: int = 0) -> None:
        """Review a sheet's rounds with two variants until the user leaves. Raises as above."""
        await self.settled()  # what is still to be kept is of the sheet before
        self._sheet, self._seed = self._keeping.follow(sheet), seed
        self._rounds = _with_two(sheet)
        pair = await self._choose(names)
        if pair is None:
            return
        review = await asyncio.to_thread(self._review, *pair)
        await asyncio.to_thread(lambda: review.enough)  # takes a while, and is remembered
        if not review.pairs:
            why = "; ".join(review.told[1:]) or "no case was sent to both"
            problem = f"{review.a} and {review.b} have no pair to vote on"
            raise SettingsError(problem, hint=f"{why[0].upper()}{why[1:]}.")
        if sheet.path is None:
            self._app.notify("This round is not saved: votes last until the workbench is left.")
        self._screen = ReviewScreen(sheet.title, review, self._asked, self._sum_up, self._take)
        await self._app.push_screen_wait(self._screen)
        await self.settled()

    def _review(self, a: str, b: str) -> Review:
        """The review as it is kept."""
        sheet = self._sheet
        stem = stem_of(sheet.path) if sheet.path is not None else ""
        rounds = self._rounds.values()
        return review_with(rounds, a, b, dict(sheet.abouts), seed=seed_of(stem, self._seed))

    async def _choose(self, names: Sequence[str]) -> Ids | None:
        """The two variants: those that are named, the only two, or those that the user picks.

        Raises:
            SettingsError: There are no two, or not those.
        """
        known = [*dict.fromkeys(run.variant for runs in self._rounds.values() for run in runs)]
        hint = f"There are: {', '.join(known)}."
        if missing := [name for name in names if name not in known]:
            problem = f"no variant is called {missing[0]!r} here"
            raise SettingsError(problem, hint=hint)
        if len(names) == 2 and names[0] != names[1]:
            return names[0], names[1]
        if names:
            raise SettingsError("a review takes two variants", hint=hint)
        two = [*combinations(known, 2)]
        if len(two) == 1:
            return two[0]
        rounds, votes = [*self._rounds.values()], votes_in(self._sheet.abouts)
        made = [await asyncio.to_thread(review_of, rounds, *each, votes) for each in two]
        reviews = [review for review in made if review.pairs] or made[:1]
        if len(reviews) == 1:
            return reviews[0].a, reviews[0].b
        items = [
            Item(str(n), f"{review.a} and {review.b}", review.progress)
            for n, review in enumerate(reviews)
        ]
        picked = await self._app.push_screen_wait(Picker("review which two", items, empty=""))
        return (reviews[int(picked)].a, reviews[int(picked)].b) if picked else None

    def _asked(self, pair: Pair) -> str:
        """What both answers answer."""
        found = (self._sheet.request_of(run) for run in (pair.a, pair.b))
        bodies = [request.body for request in found if request is not None]
        return asked(*bodies) if len(bodies) == 2 else ""

    def _sum_up(self, review: Review) -> tuple[Sequence[str], Stands, Sequence[str]]:
        """What it came to, how both variants stand, and what to do."""
        results = Table(self._sheet).results
        standings = [results.standing(name) for name in (review.a, review.b)]
        verdict, to_do = review.verdict, list[str]()
        if verdict.sure:
            to_do.append(f"{PROMOTE.shown_key} makes {verdict.ahead} the base of its file.")
        if review.left_over:
            back = key_of("review_leave", REVIEW_ACTS)
            words = f"{back} goes back to the pairs; you know now who is ahead, so be fair."
            to_do.append(words)
        elif not verdict.sure:
            repeats = " or repeats" * (review.each == "pairs")
            to_do.append(f"Another round with more cases{repeats} would tell more.")
        return review.told, Stands(standings, ()), to_do

    # What the screen wants

    async def settled(self) -> None:
        """Wait until every vote is in the session's file."""
        await self._cast.join()

    def _take(self, vote: Vote, back: bool) -> None:
        """A vote, or that it is taken back: kept in its turn."""
        if not self._at_work:
            self._at_work = True
            begin(self._app, self._keep_all, "votes")
        self._cast.put_nowait((vote, back))

    async def _keep_all(self) -> None:
        while True:
            vote, back = await self._cast.get()
            try:
                kept = await (self._take_back(vote) if back else self._keep(vote, {"vote": vote}))
                self._astray = self._astray or not kept
                if self._astray and self._cast.empty() and self._screen is not None:
                    self._astray = False
                    shown = self._screen.review
                    now = await asyncio.to_thread(self._review, shown.a, shown.b)
                    if self._cast.empty():
                        self._screen.show(now)
                    else:
                        self._astray = True  # once the votes that came meanwhile are kept, too
            finally:
                self._cast.task_done()

    async def _take_back(self, vote: Vote) -> bool:
        """Take the last vote back, where it still is the last one of a person on its round."""
        votes = self._sheet.abouts.get(self._round_of(vote), About()).votes
        own = [v for v in votes if "judge" not in v]
        if own and {own[-1]["a"], own[-1]["b"]} == {vote["a"], vote["b"]}:
            return await self._keep(vote, {"unvote": True})
        self._app.notify("The last vote on this round was on other variants: undo it there.")
        return False

    async def _keep(self, vote: Vote, said: Mapping[str, Any]) -> bool:
        """Keep what is said of a vote with its round; whether that could be done."""
        try:
            await self._keeping.keep(self._sheet, self._round_of(vote), said)
        except WorkbenchError as error:
            self._app.tell(error)
            return False
        return True

    def _round_of(self, vote: Vote) -> str:
        """The round whose answers a vote is on."""
        its = (of for of, runs in self._rounds.items() if any(r.run_id == vote["a"] for r in runs))
        return next(its)

    async def want(self, act: str) -> None:
        """Do an act that the result's screen has: promote the better one."""
        if act != PROMOTE.name or self._screen is None:
            return
        review = self._screen.review
        if not (ahead := review.verdict.ahead):
            self._app.notify("Neither is ahead: there is nothing to promote.")
            return
        runs = [run for runs in self._rounds.values() for run in runs if run.variant == ahead]
        run = runs[-1]
        try:
            await self._promoting.promote(self._sheet, run)
        except WorkbenchError as error:
            self._app.tell(error)


def _with_two(sheet: Sheet) -> dict[str, list[Run]]:
    """The rounds of the prompt that was sent last with two variants, by id.

    Raises:
        SettingsError: There is none.
    """
    rounds = sheet.by_round()
    if not rounds:
        hint = f"{key_of('run')} in the workbench sends one."
        raise SettingsError("there is no round to review yet", hint=hint)
    fit = [of for of, runs in rounds.items() if len({run.variant for run in runs}) > 1]
    if not fit:
        hint = "A variant is one more line under `variants:` in the prompt."
        raise SettingsError("a blind review takes two variants, and this has one", hint=hint)
    prompts = {of: info.prompt for of, info in sheet.infos.items()}
    last = prompts.get(fit[-1], "")
    return {of: runs for of, runs in rounds.items() if prompts.get(of, "") == last}
