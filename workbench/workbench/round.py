"""A round that is over, as Python code has it: its runs, its figures, its table, its comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from workbench.costs import Cost, total
from workbench.errors import SettingsError
from workbench.run import Run
from workbench.telling.cells import as_html, as_text
from workbench.workbench.outcome import as_json, cost_of

if TYPE_CHECKING:
    import pandas

    from workbench.compare.checks import Grade
    from workbench.compare.results import Results
    from workbench.compare.words import Span
    from workbench.costs import Usd
    from workbench.sessions.about import About
    from workbench.workbench.judgement import JudgeUnderway
    from workbench.workbench.promotion import Promotion
    from workbench.workbench.workspace import Workspace


class JudgeChoice(TypedDict, total=False):
    """What may be said of a judge by name; what it means is told at `Workspace.judge`."""

    pairs: bool | Sequence[str]
    judge: str | Path | None
    model: str | None
    resume: bool
    concurrency: int | None
    max_cost: Usd | None
    max_run_cost: Usd | None


@dataclass(frozen=True, slots=True, repr=False)
class Round:
    """Runs that were sent together, as they ended.

    Args:
        runs: In the order of planning.
        grades: Run id -> what its checks came to; runs of which nothing was asked are left out.
        session: The file that it was saved to; None where nothing was saved.
        prompt: The prompt's file name.
        replayed: Whether it was read from a session, and not sent just now.
        workspace: Where it was sent; None where it was read from a session.
    """

    runs: tuple[Run, ...]
    grades: Mapping[str, Grade] = field(default_factory=dict)
    session: Path | None = None
    prompt: str = ""
    replayed: bool = False
    workspace: Workspace | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def __getitem__(self, which: int | str) -> Run:
        """A run by its place, or the first run by its id or its variant.

        Raises:
            KeyError: No run is called so.
        """
        if isinstance(which, int):
            return self.runs[which]
        for run in self.runs:
            if which in (run.run_id, run.variant):
                return run
        known = ", ".join(dict.fromkeys(run.variant for run in self.runs))
        raise KeyError(f"no run is called {which!r}: variants are {known}")

    @property
    def cost(self) -> Cost:
        """What it cost, in USD."""
        return total(cost_of(run) for run in self.runs)

    def records(self) -> list[dict[str, Any]]:
        """Its runs as `workbench run --json` prints them, one mapping each."""
        return [as_json(run, self.session, self.grades.get(run.run_id)) for run in self.runs]

    def to_frame(self) -> pandas.DataFrame:
        """Its runs as a table of pandas: a row each; `text`, the figures, the token counts.

        Costs are USD as floats, times seconds. Needs pandas.

        Raises:
            SettingsError: pandas is not installed.
        """
        return frame([_row(run, told) for run, told in zip(self.runs, self.records(), strict=True)])

    def __dataframe__(self, *args: Any, **more: Any) -> Any:
        """By the dataframe interchange protocol, for other libraries of tables."""
        return self.to_frame().__dataframe__(*args, **more)

    def compare(self, baseline: str = "", *, seed: int = 0) -> Comparison:
        """Its variants held against one of them, the first where none is named.

        By its checks; where it was saved also by what people and judges have said of it since.

        Raises:
            SettingsError: It has no such variant.
            SessionError: Its session is there, but cannot be read.
        """
        from workbench.workbench.reviews import voted
        from workbench.workbench.standings import as_json as told
        from workbench.workbench.standings import baseline_of

        abouts, rounds = self._said()
        results = self._results(abouts)
        baseline = baseline_of(results, baseline, "the round")
        reviews = voted(rounds, baseline, results.variants, abouts)
        return Comparison(tuple(told(results, baseline, seed, reviews)))

    def differences(self, before: int | str, after: int | str) -> list[Span]:
        """What is the same in the words of two runs and what is not; runs as in `round[...]`."""
        from workbench.compare.words import differences

        return differences(self[before].text, self[after].text)

    def compare_runs(self, a: int | str, b: int | str) -> Mapping[str, Any]:
        """Two runs, as in `round[...]`, as `workbench compare SESSION RUN RUN --json` prints them.

        `deltas` are B's figures less A's, `fields` what differs in JSON and in calls of tools
        (None where either is neither), `words` both texts cut into what is the same and what not.
        """
        from workbench.workbench.two import two_as_json

        return two_as_json(self[a], self[b])

    def judge(self, rubric: str = "", **chosen: Unpack[JudgeChoice]) -> JudgeUnderway:
        """Have a model judge its answers: `Workspace.judge`, where it was sent."""
        return self._home("judge").judge(self, rubric, **chosen)

    def promote(self, variant: str, *, baseline: str = "") -> Promotion:
        """What makes a variant the base of its file: `Workspace.promote`, where it was sent."""
        return self._home("promote").promote(self, variant, baseline=baseline)

    def _home(self, act: str) -> Workspace:
        if self.workspace is None:
            problem = "this round was read from a session, and belongs to no workspace"
            raise SettingsError(problem, hint=f"workspace.{act}(round, …) says which.")
        return self.workspace

    def _said(self) -> tuple[Mapping[str, About], Sequence[Sequence[Run]]]:
        """What its session says of its runs, and those by round; nothing where it has none."""
        from workbench.sessions.content import existing
        from workbench.sessions.session import read_session
        from workbench.workbench.reviews import runs_by_round

        if self.session is None or not existing(self.session).is_file():
            return {}, ()
        session, ids = read_session(self.session), {run.run_id for run in self.runs}
        rounds = runs_by_round(session.rounds).values()
        its = [runs for runs in rounds if any(run.run_id in ids for run in runs)]
        return session.abouts, its

    def _results(self, abouts: Mapping[str, About]) -> Results:
        from workbench.compare.checks import Grade, saved_grade
        from workbench.compare.results import Entry, Results
        from workbench.workbench.grading import rated

        def entry(run: Run) -> Entry:
            about = abouts.get(run.run_id)
            grade = self.grades.get(run.run_id, Grade(None, None))
            if about is not None and about.grade:
                grade = saved_grade(about.grade)
            return rated(Entry(run, grade, cost_of(run)), about)

        return Results(map(entry, self.runs))

    def __repr__(self) -> str:
        return as_text(self.runs, cost_of)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": as_html(self.runs, cost_of)}


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """How the variants of a round stand: a mapping each, as `workbench compare --json` prints."""

    rows: tuple[Mapping[str, Any], ...]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, variant: str) -> Mapping[str, Any]:
        """The figures of a variant."""
        return {str(row["variant"]): row for row in self.rows}[variant]

    @property
    def verdicts(self) -> tuple[str, ...]:
        """A sentence on each variant against the baseline, where there is anything to go by.

        First by checks and what a person lets pass; then by ratings, by the votes of people, and by
        those of each judge.
        """
        tried = [row for row in self.rows if row.get("difference_between") is not None]
        several = sum("verdict" in row for row in self.rows) > 1
        checked = (
            f"{row['variant']} against {row['baseline']}: " * several + str(row["verdict"])
            for row in tried
        )
        rated = (line for row in self.rows for line in _ratings(row))
        return (*checked, *rated, *(line for row in self.rows for line in _votes(row)))

    def to_frame(self) -> pandas.DataFrame:
        """As a table of pandas: a row a variant; of figures with a range, the figure."""
        return frame([{name: _value(cell) for name, cell in row.items()} for row in self.rows])

    def __repr__(self) -> str:
        lines = []
        for row in self.rows:
            passed = _value(row["passed"])
            rate = "" if passed is None else f"   passed {passed:.0%}"
            cost, whole = _value(row["cost_usd"]), _value(row["total_s"])
            if stars := row.get("ratings"):
                rate += f"   rated {stars['mean']:.1f} of 5"
            figures = "" if whole is None else f"   {whole:.2f} s"
            figures += "" if cost is None else f"   ${cost:.5f} a run"
            runs = "1 run" if row["runs"] == 1 else f"{row['runs']:,} runs"
            lines.append(f"{row['variant'] or '–'}   {runs}{rate}{figures}")
        return "\n".join([*lines, *self.verdicts])


def _ratings(row: Mapping[str, Any]) -> Iterator[str]:
    """What the ratings of a variant say; on which two, where there are more."""
    told = row.get("ratings") or {}
    if "verdict" in told:
        two = f", {row['variant']} against {row['baseline']}" * (told["among"] > 1)
        yield f"by ratings{two}: {told['verdict']}"


def _votes(row: Mapping[str, Any]) -> Iterator[str]:
    """What was voted on a variant: by people, by each judge; on which two, where there are more."""
    voters = {"people's votes": row["votes"]} if row.get("votes") else {}
    for told in row.get("judged", ()):
        voters[f"the votes of {told['judge']}{' (simulated)' * told['simulated']}"] = told
    for whose, told in voters.items():
        two = f", {row['variant']} against {row['baseline']}" * (told["among"] > 1)
        yield f"by {whose}{two}: {told['verdict']}"


def frame(rows: Sequence[Mapping[str, Any]]) -> pandas.DataFrame:
    """Rows as a table of pandas.

    Raises:
        SettingsError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise SettingsError("tables need pandas", hint="pip install pandas") from error
    return pandas.DataFrame(rows)


def _row(run: Run, told: Mapping[str, Any]) -> dict[str, Any]:
    """A run as a row: flat, and in types that can be reckoned with."""
    row = {name: cell for name, cell in told.items() if name not in _NESTED}
    row["cost_usd"] = None if told["cost_usd"] is None else float(told["cost_usd"])
    row["tokens_per_s"] = run.tokens_per_s
    row["error"] = None if run.problem is None else run.problem.problem
    row |= {name: count for name, count in told["usage"].items() if isinstance(count, int)}
    return {"variant": row.pop("variant"), "text": run.text, **row}


_NESTED = ("content", "usage", "discarded", "checks")


def _value(cell: Any) -> Any:
    return cell["value"] if isinstance(cell, Mapping) and "value" in cell else cell
