"""Cases by variants as they stand at a moment: what a cell says, which cases are listed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from workbench.compare.results import ALONE, Cell, Entry, Results
from workbench.compare.review import Review
from workbench.run import WHOLE, Run
from workbench.telling.plain import plain
from workbench.workbench.grading import entries_of, rated
from workbench.workbench.library import About
from workbench.workbench.reviews import by_round, voted

if TYPE_CHECKING:
    from workbench.wire.request import MessagesRequest
    from workbench.workbench.saved import RoundInfo, SavedRound, Session

FILTERS = ("all", "differs", "fails")
_EXCERPT = 200


@dataclass(slots=True, eq=False, weakref_slot=True)
class Sheet:
    """The runs of a round, or of several, filled in as they end.

    Args:
        title: What it is of.
        runs: All that are planned, by id, in their order.
        entries: Those that have ended, with what their checks came to; also those whose place one
            has taken that was sent again.
        abouts: What a person says of them.
        path: The file of their session; None where nothing is saved.
        rounds: The saved rounds that they are of, where they were read from a session.
        infos: The rounds that the runs are of, by id: their prompt, its documents.
        requests: What was sent in this sitting, by run; of each round by itself.
        sent: The ids of those that were sent in this sitting, whether or not they have ended.
        changes: How often anything of this has changed.
        undoing: What takes back what was said of it, the last one last.
    """

    title: str = ""
    runs: dict[str, Run] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    abouts: dict[str, About] = field(default_factory=dict)
    path: Path | None = None
    rounds: Sequence[SavedRound] = ()
    infos: Mapping[str, RoundInfo] = field(default_factory=dict)
    requests: Sequence[Mapping[str, MessagesRequest]] = ()
    sent: set[str] = field(default_factory=set)
    changes: int = 0
    undoing: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)

    def send(self, run_id: str) -> None:
        """A run is on its way."""
        if run_id not in self.sent:
            self.sent.add(run_id)
            self.changes += 1

    def passed(self, variant: str) -> float | None:
        """What part of a variant's runs passed, 0 to 1; None where nothing was asked of any."""
        ended = (self.entries[each] for each in self.runs if each in self.entries)
        its = [entry for entry in ended if entry.run.variant == variant]
        found = (rated(entry, self.abouts.get(entry.run.run_id)).grade.passed for entry in its)
        known = [passed for passed in found if passed is not None]
        return mean(known) if known else None

    def mark_of(self, run: Run) -> str:
        """What the checks and a person say of a run, in a word or two: `✗ fail 2★ ✎`."""
        entry = self.entries.get(run.run_id)
        passed = entry.grade.settled if entry is not None else None
        return mark_of(passed, self.abouts.get(run.run_id, About()))

    def by_round(self) -> dict[str, list[Run]]:
        """The runs that have ended, by the rounds that they are part of."""
        return by_round((entry.run for entry in self.entries.values()), self.infos)

    def reviews(self, baseline: str, others: Iterable[str], prompt: str = "") -> list[Review]:
        """What was voted: of these variants against the baseline, where there are votes.

        Of rounds of a prompt alone, where one is named.
        """
        known = {of: info.prompt for of, info in self.infos.items()}
        found = self.by_round().items()
        rounds = [runs for of, runs in found if prompt in ("", known.get(of))]
        return voted(rounds, baseline, others, self.abouts)

    def tried(self, prompt: str) -> Results:
        """What has come of the rounds of one prompt."""
        ended = (entry for each in self.runs if (entry := self.entries.get(each)) is not None)
        return Results(
            rated(entry, self.abouts.get(entry.run.run_id))
            for entry in ended
            if (info := self.infos.get(entry.run.round_id)) is not None and info.prompt == prompt
        )

    def saved_of(self, run: Run) -> SavedRound | None:
        """The saved round that a run is of."""
        return next((one for one in self.rounds if one.info.round_id == run.round_id), None)

    def request_of(self, run: Run) -> MessagesRequest | None:
        """What was sent for a run; None where that is damaged in its file."""
        saved = self.saved_of(run)
        sent = self.requests if saved is None else (saved.requests,)
        return next((its[run.run_id] for its in sent if run.run_id in its), None)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell says: a sign, its role as far as colour goes, words."""

    sign: str
    role: str
    words: str


def sheet_of(session: Session, rounds: Sequence[SavedRound], title: str) -> Sheet:
    """The sheet of saved rounds; takes a while where they are long.

    What is said of its runs from here on is said of the session's, too.
    """
    runs, entries = entries_of(session, rounds)
    infos = {saved.info.round_id: saved.info for saved in rounds}
    planned = {run.run_id: run for run in runs}
    return Sheet(title, planned, entries, session.abouts, session.path, rounds, infos)


def mark_of(passed: bool | None, about: About) -> str:
    """Whether a run passes, by its checks or the person who knows better; rating; note."""
    good = passed if about.good is None else about.good
    words = [] if good is None else ["✓ pass" if good else "✗ fail"]
    words += [f"{about.rating}★"] if about.rating is not None else []
    return " ".join((*words, *("✎",) * bool(about.note)))


class Table:
    """A sheet as it stands now.

    Args:
        sheet: The sheet.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.abouts: Mapping[str, About] = dict(sheet.abouts)
        ended = [sheet.entries[each] for each in sheet.runs if each in sheet.entries]
        self.results = Results(rated(one, sheet.abouts.get(one.run.run_id)) for one in ended)
        self._planned: dict[tuple[str, str], int] = {}
        self._under_way = set[tuple[str, str]]()
        for run in sheet.runs.values():
            where = run.case or ALONE, run.variant
            self._planned[where] = self._planned.get(where, 0) + 1
            if run.run_id in sheet.sent and run.run_id not in sheet.entries:
                self._under_way.add(where)
        self.cases = [*dict.fromkeys(case for case, _ in self._planned)]
        self.variants = [*dict.fromkeys(variant for _, variant in self._planned)]
        self.ended, self.of = len(ended), len(sheet.runs)
        self.whole = sum(one.run.end_state in WHOLE for one in ended)

    def answers(self, case: str) -> list[Entry]:
        """All that has been answered to a case, variant by variant."""
        cells = (self.results.cell(case, variant) for variant in self.variants)
        return [entry for cell in cells for entry in cell.entries]

    def rows(self, filtered: str, words: str) -> list[str]:
        """The cases that are listed: by a filter, and by words that all have to be there."""
        keep = {"differs": self.results.differs, "fails": self.results.fails}.get(filtered)
        cases = self.cases if keep is None else filter(keep, self.cases)
        wanted = words.casefold().split()
        return [case for case in cases if not wanted or self._has(case, wanted)]

    def _has(self, case: str, wanted: Sequence[str]) -> bool:
        parts = [case]
        for entry in self.answers(case):
            note = self.abouts.get(entry.run.run_id, About()).note
            parts += [entry.run.text, entry.grade.why, note]
        text = "\n".join(parts).casefold()
        return all(word in text for word in wanted)

    def mark(self, case: str, variant: str) -> Mark:
        """What the cell says."""
        planned = self._planned.get((case, variant), 0)
        if not planned:
            return Mark(" ", "quiet", "")
        cell = self.results.cell(case, variant)
        if not cell.entries:
            under_way = (case, variant) in self._under_way
            return Mark("◐", "live", "answering") if under_way else Mark("○", "quiet", "")
        return Mark(*_sign(cell), self._words(cell, planned))

    def _words(self, cell: Cell, planned: int) -> str:
        """How many passed where there are several, the rating, what is wrong or what it says."""
        words = []
        if planned > 1:
            words.append(f"{round(sum(cell.outcomes))}/{len(cell.outcomes)}" * bool(cell.outcomes))
            words.append(f"of {planned}" * (len(cell.entries) < planned))
        abouts = [self.abouts.get(entry.run.run_id, About()) for entry in cell.entries]
        words += [f"{about.rating}★" for about in abouts if about.rating is not None]
        words += ["✎" * any(about.note for about in abouts)]
        worst = next((e for e in cell.entries if e.grade.settled is False), cell.entries[0])
        words.append(worst.grade.why or worst.run.text[:_EXCERPT] or worst.run.state)
        return plain(" ".join(" ".join(filter(None, words)).split()))


def _sign(cell: Cell) -> tuple[str, str]:
    if cell.passed is not None:
        return ("✓", "pass") if cell.passed else ("✗", "fail")
    if all(entry.run.end_state not in WHOLE for entry in cell.entries):
        return "!", "cut"
    return "·", "quiet"
