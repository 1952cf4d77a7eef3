"""The results of rounds: cases by variants, what each cell came to, how each variant stands.

Pure. A face fills it with runs and their grades as they come; figures and verdicts are worked out
when they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import mean

from workbench.compare.checks import Grade
from workbench.compare.figures import Figure, independent, middle_of_cases, pass_rate
from workbench.compare.groups import stability
from workbench.compare.paired import Difference, comparable, difference
from workbench.compare.ratings import STARS, Outcomes, Rated, rated_against
from workbench.compare.verdict import Verdict, verdict_of_cases
from workbench.costs import Cost, spent_on
from workbench.run import WHOLE, Run

ALONE = ""
"""The case of a run that has none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run that has ended, what its checks came to, what it cost.

    Args:
        by_hand: Whether the grade is a person's, who knows better than its checks.
        rating: What a person thinks of it, 1 to 5.
    """

    run: Run
    grade: Grade = field(default_factory=lambda: Grade(None, None))
    cost: Cost = field(default_factory=lambda: Cost(None))
    by_hand: bool = False
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one variant answered to one case, once or several times."""

    entries: tuple[Entry, ...] = ()

    @property
    def passed(self) -> bool | None:
        """Whether all its runs passed that could be tried; None where none could."""
        known = [entry.grade.settled for entry in self.entries if entry.grade.settled is not None]
        return all(known) if known else None

    @property
    def outcomes(self) -> list[float]:
        """1 or 0 of each run that could be tried."""
        grades = (entry.grade.passed for entry in self.entries)
        return [float(passed) for passed in grades if passed is not None]

    @property
    def scored(self) -> bool:
        """Whether any check gave a score that says more than that it passed, as judges do."""
        results = (result for entry in self.entries for result in entry.grade.results)
        return any(result.score not in (None, result.passed) for result in results)

    @property
    def ratings(self) -> list[int]:
        """What a person thinks of each run that was rated, 1 to 5."""
        return [entry.rating for entry in self.entries if entry.rating is not None]

    @property
    def scores(self) -> list[float]:
        """The score of each run that has one."""
        return [e.grade.score for e in self.entries if e.grade.score is not None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one variant stands over all its cases.

    Args:
        passed: Its pass rate, by run; None where nothing was asked.
        score: Its average score; None likewise.
        first_token_s: Median of the time to the first token. As all medians here over the cases,
            of the median of each; of one case alone, over its runs.
        total_s: Median of the time of a whole answer.
        usd: Median of what an answer cost, in USD.
        spent: What all its runs cost; an estimate where one was cut before anybody said.
        unanswered: How many runs brought no answer.
        stability: The chance that two runs of a case say the same; None without repeats.
        stars: The average of its ratings, 1 to 5; None without any.
    """

    variant: str
    runs: int
    passed: Figure | None
    score: float | None
    first_token_s: Figure | None
    total_s: Figure | None
    tokens_out: Figure | None
    usd: Figure | None
    spent: Cost
    unanswered: int
    stability: float | None
    stars: Figure | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """A variant held against the baseline.

    Args:
        p: The chance of a difference at least so large were there none, corrected for how many
            variants there are; None where a person's word decides.
        evidence: What there is for a difference where a person's word decides, likewise; else None.
        words: The verdict's; with the names of the two where others are held against it, too.
    """

    variant: str
    difference: Difference
    verdict: Verdict
    words: str
    evidence: float | None = None


class Results:
    """Cases by variants. Both keep the order in which they came."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._cells: dict[tuple[str, str], list[Entry]] = {}
        self._cases: dict[str, None] = {}
        self._variants: dict[str, None] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """One more run that has ended."""
        case, variant = entry.run.case or ALONE, entry.run.variant
        self._cases[case] = self._variants[variant] = None
        self._cells.setdefault((case, variant), []).append(entry)

    @property
    def cases(self) -> list[str]:
        """The cases, in the order in which they came."""
        return [*self._cases]

    @property
    def variants(self) -> list[str]:
        """The variants, likewise."""
        return [*self._variants]

    @property
    def entries(self) -> list[Entry]:
        """All of them: case by case, of each variant by variant."""
        return [entry for its in self._cells.values() for entry in its]

    def cell(self, case: str, variant: str) -> Cell:
        """What the variant answered to the case."""
        return Cell(tuple(self._cells.get((case, variant), ())))

    def column(self, variant: str) -> Mapping[str, Cell]:
        """All cells of a variant that hold something, by case."""
        cells = {case: self.cell(case, variant) for case in self.cases}
        return {case: cell for case, cell in cells.items() if cell.entries}

    def differs(self, case: str) -> bool:
        """Whether some variants pass the case and others fail it."""
        return len({self.cell(case, v).passed for v in self.variants} - {None}) > 1

    def fails(self, case: str) -> bool:
        """Whether any variant fails it."""
        return any(self.cell(case, variant).passed is False for variant in self.variants)

    def standing(self, variant: str) -> Standing:
        """How a variant stands."""
        cells = [*self.column(variant).values()]
        entries = [entry for cell in cells for entry in cell.entries]
        passes = [outcome for cell in cells for outcome in cell.outcomes]
        scores = [score for cell in cells for score in cell.scores]
        stars = [rating for cell in cells for rating in cell.ratings]
        return Standing(
            variant=variant,
            runs=len(entries),
            passed=pass_rate(
                round(sum(passes)),
                len(passes),
                independent([cell.outcomes for cell in cells]),
            ),
            score=mean(scores) if scores else None,
            first_token_s=_middle(cells, lambda e: e.run.first_token_s),
            total_s=_middle(cells, lambda e: e.run.total_s),
            tokens_out=_middle(cells, lambda e: e.run.usage.output_tokens),
            usd=_middle(cells, lambda e: e.cost.usd),
            spent=spent_on((entry.run, entry.cost) for entry in entries),
            unanswered=sum(e.run.end_state not in WHOLE for e in entries),
            stability=stability([e.run for e in cell.entries] for cell in cells),
            stars=Figure(mean(stars), None, len(stars)) if stars else None,
        )

    def against(self, baseline: str, *, seed: int = 0, over: bool = True) -> list[Against]:
        """Every other variant held against the baseline, corrected for how many they are.

        By passes where anything was asked; by scores where they say more than passes do. Where a
        person has let any run pass or fail, by evidence, as they look while they rate.

        Args:
            baseline: The variant.
            seed: Of what is drawn by chance.
            over: Whether no run is still to come; before, or while one of these has not ended, no
                verdict by checks is sure.
        """
        over = over and all(entry.run.end_state is not None for entry in self.entries)
        others = [variant for variant in self.variants if variant != baseline]
        told = [self._told(baseline, other) for other in others]
        by_hand = {one.b: one for one in self._by_hand(baseline)}
        among = sum(comparable(*both) for both in told)
        result = []
        for other, both in zip(others, told, strict=True):
            found = difference(*both, seed=seed, among=among)
            two = f"{other} against {baseline}: " * (len(others) > 1)
            if (rated := by_hand.get(other)) is not None:
                found, verdict = _by_evidence(found, rated), rated.verdict
                words = two + verdict.words
                result.append(Against(other, found, verdict, words, rated.evidence))
                continue
            verdict = verdict_of_cases(found, baseline, other, over=over)
            result.append(Against(other, found, verdict, two + verdict.words))
        return result

    def by_stars(self, baseline: str) -> list[Rated]:
        """Every other variant that was rated 1 to 5 where the baseline was, held against it."""
        if not any(entry.rating is not None for entry in self.entries):
            return []
        return self._rated(baseline, _stars, in_stars=True)

    def _by_hand(self, baseline: str) -> list[Rated]:
        if not any(entry.by_hand for entry in self.entries):
            return []
        scored = any(cell.scored for v in self.variants for cell in self.column(v).values())
        return self._rated(baseline, _score if scored else _passed)

    def _rated(
        self, baseline: str, worth: Callable[[Entry], float | None], *, in_stars: bool = False
    ) -> list[Rated]:
        """By case; where there is one case alone, by pairs of its answers."""
        alone = len(self.cases) == 1
        columns = {v: _worths(self.column(v), worth, alone=alone) for v in self.variants}
        each = "pairs" if alone else "cases"
        return rated_against(baseline, columns, each=each, in_stars=in_stars)

    def _told(self, a: str, b: str) -> tuple[Mapping[str, list[float]], Mapping[str, list[float]]]:
        """What both came to, by case: passes, or scores where they say more."""
        one, other = (self.column(variant) for variant in (a, b))
        scored = any(cell.scored for column in (one, other) for cell in column.values())
        first, second = (
            {case: cell.scores if scored else cell.outcomes for case, cell in column.items()}
            for column in (one, other)
        )
        return first, second


def _by_evidence(found: Difference, rated: Rated) -> Difference:
    return replace(found, between=rated.between, p=None, test="evidence by case")


def _stars(entry: Entry) -> float | None:
    return None if entry.rating is None else (entry.rating - 1) / STARS


def _score(entry: Entry) -> float | None:
    return entry.grade.score


def _passed(entry: Entry) -> float | None:
    return None if entry.grade.passed is None else float(entry.grade.passed)


def _worths(
    column: Mapping[str, Cell], worth: Callable[[Entry], float | None], *, alone: bool
) -> Outcomes:
    """What the answers are worth, by case; or by repeat, and how often that came before."""
    found: dict[object, list[float]] = {}
    came: Counter[int] = Counter()
    for case, cell in column.items():
        for entry in cell.entries:
            repeat = entry.run.repeat
            came[repeat] += 1
            known = worth(entry)
            where = (repeat, came[repeat]) if alone else case
            found.setdefault(where, []).extend([] if known is None else [known])
    return found


def _middle(cells: Iterable[Cell], of: Callable[[Entry], float | Decimal | None]) -> Figure | None:
    """The median of what is known of whole answers, by case."""
    found = [[of(e) for e in cell.entries if e.run.end_state in WHOLE] for cell in cells]
    return middle_of_cases([[float(v) for v in case if v is not None] for case in found])
