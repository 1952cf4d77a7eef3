"""Two answers side by side, and nothing that tells which variant wrote which.

No name, model, cost, time, count or end is shown, both sides look the same, order and sides are
chance's, and a pair that comes again looks like any other. What the votes come to may be read
after each of them: the evidence is made for that. But it says "one is ahead" and not which, so
that it sways nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message as Notice
from textual.widgets import Static

from workbench.compare.review import Pair, Review, Vote
from workbench.run import Run
from workbench.telling.figures import rate, seconds, spent, written
from workbench.telling.plain import plain
from workbench.telling.transcript import spoken
from workbench.tui.act_screen import ActScreen
from workbench.tui.acts import key_of
from workbench.tui.ask import Ask
from workbench.tui.bindings import bindings_of
from workbench.tui.footer import Footer
from workbench.tui.look_acts import PROMOTE, REVIEW_ACTS
from workbench.tui.readable import ReadableText
from workbench.tui.results.summary import rows
from workbench.workbench.outcome import cost_of
from workbench.workbench.standings import Stands

_AT_THE_END = tuple(
    replace(act, footer=act.footer or act.name in ("promote", "review_leave"))
    for act in REVIEW_ACTS
    if not act.name.startswith("vote_") or act.name == "vote_undo"
)


def _result() -> str:
    return key_of("review_result", REVIEW_ACTS)


_WON = {"tie": "a tie", "bad": "both bad"}


class Answer(ReadableText):
    """One side of a pair."""

    @dataclass
    class Moved(Notice):
        """Another part of it is in sight."""

        side: Answer

    @property
    def whole(self) -> tuple[str, str]:
        """The answer."""
        return self.text, f"the {self.id} answer"

    def show(self, text: str) -> None:
        """Show an answer from its start."""
        self.clear()
        self.append("text", text)
        self.show_row(0)

    def moved(self) -> None:
        """Tell the other side."""
        super().moved()
        self.post_message(self.Moved(self))


class ReviewScreen(ActScreen):
    """Shows a pair at a time until all are voted on, then what it came to.

    Args:
        title: What is reviewed.
        review: The review, as far as it has come.
        asks: What both answers of a pair answer.
        sums_up: What it came to, how its variants stand, what to do; takes a while.
        keep: Takes every vote at once, and whether it is taken back. A notice would not do: it may
            be on its way still when the screen is left.
    """

    @dataclass
    class Wanted(Notice):
        """The user wants an act of the desk's done, now that the result is known."""

        act: str

    acts = REVIEW_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(acts)]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ReviewScreen { layout: vertical; background: $background; }
    ReviewScreen #title { height: 1; padding: 0 1; background: $foreground 6%; }
    ReviewScreen #asked { height: auto; max-height: 20%; padding: 0 1; scrollbar-size: 1 1; }
    ReviewScreen.-asked #asked { max-height: 70%; }
    ReviewScreen #asked Static { color: $text-muted; }
    ReviewScreen #sides { height: 1fr; }
    ReviewScreen .side { width: 1fr; height: 1fr; border: round $foreground 30%; padding: 0 1;
        border-title-color: $foreground; }
    ReviewScreen Answer, ReviewScreen #result { background: $background; }
    ReviewScreen #said { height: auto; min-height: 2; max-height: 4; padding: 0 1; }
    ReviewScreen #result { display: none; margin: 1 1 0 1; }
    ReviewScreen.-result #result { display: block; }
    ReviewScreen.-result #asked, ReviewScreen.-result #sides { display: none; }
    ReviewScreen.-result #said, ReviewScreen.-result #keys { display: none; }
    ReviewScreen #result-keys { display: none; }
    ReviewScreen.-result #result-keys { display: block; }
    """

    def __init__(
        self,
        title: str,
        review: Review,
        asks: Callable[[Pair], str],
        sums_up: Callable[[Review], tuple[Sequence[str], Stands, Sequence[str]]],
        keep: Callable[[Vote, bool], None],
    ) -> None:
        super().__init__()
        self._of, self._asks, self._sums_up, self._keep = title, asks, sums_up, keep
        self.review = review
        self.pair: Pair | None = None
        """The pair that is shown."""
        self._skipped: list[Pair] = []
        self._note, self._revealed = "", False
        self._sum: tuple[Sequence[str], Stands, Sequence[str]] | None = None
        self._title, self._asked, self._said = Static(id="title"), Static(), Static(id="said")
        self._request = VerticalScroll(id="asked", can_focus=False)
        self._left, self._right = Answer(id="left"), Answer(id="right")
        self._result = ReadableText(id="result")

    def compose(self) -> ComposeResult:
        """What is asked, both answers, what the votes say; or the result."""
        yield self._title
        with self._request:
            yield self._asked
        with Horizontal(id="sides"):
            for side, words in ((self._left, "1  left"), (self._right, "2  right")):
                with Container(classes="side") as frame:
                    frame.border_title = Content(words)
                    yield side
        yield self._said
        yield self._result
        yield Footer(self.acts, id="keys")
        yield Footer(_AT_THE_END, id="result-keys")

    def on_mount(self) -> None:
        """Show the first pair."""
        self.show(self.review)

    def show(self, review: Review) -> None:
        """Show a review as it stands, at the pair that comes now."""
        self.review = review
        self._go_to(review.next(self._skipped))

    # What is shown

    def _go_to(self, pair: Pair | None) -> None:
        self.pair = pair
        self.set_class(pair is None, "-result")
        self._tell()
        if pair is None:
            self._sum_up()
            return
        for side, run in zip((self._left, self._right), pair.sides, strict=True):
            side.show(spoken(run))
        self._request.scroll_home(animate=False)
        self._show_asked(pair)
        self.call_after_refresh(self._focus_longer)

    @work(exclusive=True, group="asked")
    async def _show_asked(self, pair: Pair) -> None:
        """What both answer; where they were not asked the same, finding that takes a while."""
        self._asked.update(Content(plain(await asyncio.to_thread(self._asks, pair))))

    def _focus_longer(self) -> None:
        """Keys scroll the side that has more to read; the other one goes along."""
        if self.pair is not None and not (self._left.finding or self._right.finding):
            longer = max(self._left, self._right, key=lambda side: side.row_count)
            (self._request if self.has_class("-asked") else longer).focus()

    def _tell(self) -> None:
        """How far it has come, and what the votes say so far, of nobody by name."""
        review = self.review
        made_up = "   SIMULATED" * any(p.a.simulated or p.b.simulated for p in review.pairs)
        pair = self.pair
        case = f"   case {pair.a.case}" if pair is not None and pair.a.case else ""
        words = plain(f"{self._of}{case}   {review.progress}{made_up}")
        self._title.update(Content.assemble(("blind review", "bold"), f"  {words}"))
        lines = [self._last() if self._revealed else self._so_far()]
        lines += [f"note: {self._note}"] * bool(self._note)
        self._said.update(Content(plain("\n".join(lines))))

    def _so_far(self) -> str:
        review = self.review
        if not review.votes:
            return review.enough.words
        blind = review.blind
        return f"{blind.words}: {_result()} shows which" if blind.sure else blind.words

    def _last(self) -> str:
        """Who wrote the answers of the pair that was voted on last."""
        vote = self.review.votes[-1]
        pair = self.review.shown(vote)
        left, right = map(_named, pair.sides)
        won = _WON.get(vote["won"]) or ("left" if vote["won"] == pair.left else "right")
        return f"the last pair: left {left}, right {right}; you voted {won}"

    @work(exclusive=True, group="result")
    async def _sum_up(self) -> None:
        """What it came to; counting takes a while."""
        self._sum = await asyncio.to_thread(self._sums_up, self.review)
        self._show_sum()
        self._result.show_row(0)
        if self.has_class("-result"):
            self._result.focus()

    def on_resize(self) -> None:
        """The result's table is as wide as there is room for."""
        if self.has_class("-result"):
            self._show_sum()

    def _show_sum(self) -> None:
        if self._sum is None:
            return
        lines, found, to_do = self._sum
        first, *more = map(plain, lines)
        parts = ["\n".join(more), rows(found, self.size.width).plain, "\n".join(to_do)]
        self._result.clear()
        self._result.append_all([("strong", f"{first}\n\n"), ("text", "\n\n".join(parts))])

    @on(Answer.Moved)
    def _follow(self, moved: Answer.Moved) -> None:
        """Both sides are read together."""
        if moved.side.has_focus_within:
            other = self._right if moved.side is self._left else self._left
            other.show_row(moved.side.top)

    # What the user does

    def action_vote_left(self) -> None:
        """The left answer is better."""
        if self.pair is not None:
            self._vote(self.pair.won_by("left"))

    def action_vote_right(self) -> None:
        """The right answer is better."""
        if self.pair is not None:
            self._vote(self.pair.won_by("right"))

    def action_vote_tie(self) -> None:
        """Neither is better."""
        self._vote("tie")

    def action_vote_bad(self) -> None:
        """Neither is any good."""
        self._vote("bad")

    def _vote(self, won: str) -> None:
        if self.pair is None or self.has_class("-result"):
            return
        vote = self.pair.vote(won, self._note)
        self._note, self._revealed = "", False
        self._keep(vote, False)
        self.show(self.review.after(vote))

    def action_vote_skip(self) -> None:
        """Put the pair off."""
        if self.pair is None or self.has_class("-result"):
            return
        self._skipped.append(self.pair)
        before, self._note = self.pair, ""
        self.show(self.review)
        if self.pair == before:
            self.notify("This is the only pair that is left.")

    def action_vote_undo(self) -> None:
        """Take the last vote back, and show its pair as it was."""
        if not self.review.votes:
            self.notify("There is no vote to take back.")
            return
        vote = dict(self.review.votes[-1])
        self._keep(vote, True)
        pair = self.review.shown(vote)
        self.review, self._revealed = self.review.undone(), False
        self._note = str(vote.get("note", ""))
        self._go_to(pair)

    def action_vote_asked(self) -> None:
        """All that is asked, to be scrolled by keys; again, how it begins and the answers."""
        if self.has_class("-result"):
            return
        self.toggle_class("-asked")
        self._request.can_focus = self.has_class("-asked")
        if self._request.can_focus:
            self._request.focus()
        else:
            self._request.scroll_home(animate=False)
            self._focus_longer()

    def action_vote_note(self) -> None:
        """A note that is kept with the vote on this pair."""
        if self.pair is None or self.has_class("-result"):
            return

        def take(note: str | None) -> None:
            if note is not None:
                self._note = note.strip()
                self._tell()

        question = "A note, kept with the vote on this pair; empty takes it away."
        self.app.push_screen(Ask("note", question, self._note, str), take)

    def action_reveal(self) -> None:
        """Who wrote the answers of the last vote; again, no longer."""
        if not self.review.votes:
            self.notify("Only what was voted on is revealed, and nothing was yet.")
            return
        self._revealed = not self._revealed
        self._tell()

    def action_review_result(self) -> None:
        """What it came to so far, with names; again, back to the pairs."""
        if not self.has_class("-result"):
            self.add_class("-result")
            self._sum_up()
        elif self.pair is not None:
            self._go_to(self.pair)
        else:
            self.notify("Every pair is voted on.")

    def action_want(self, act: str) -> None:
        """Ask for an act that is the desk's; before the result is known that would be no use."""
        if self.has_class("-result"):
            self.post_message(self.Wanted(act))
        else:
            self.notify(f"{PROMOTE.label.capitalize()} from the result: {_result()} shows it.")

    def action_review_leave(self) -> None:
        """From the result to the pairs, where some are left; then back to where it was opened."""
        if any(side.back_out() for side in (self._left, self._right, self._result)):
            return
        if self.has_class("-result") and self.pair is not None:
            self._go_to(self.pair)
        else:
            self.dismiss()


def _named(run: Run) -> str:
    """Who wrote an answer, and what it took."""
    figures = (f"{written(run)} tokens", seconds(run.total_s), rate(run), spent(cost_of(run)))
    return f"{run.variant} ({', '.join(figures)})"
