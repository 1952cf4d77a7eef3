"""`workbench compare`: how variants stand to each other, over the rounds of a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import in_a_folder, json_option, sessions_option, verdict_options
from workbench.compare.results import Against, Results, Standing
from workbench.errors import SettingsError
from workbench.run import WHOLE
from workbench.telling.plain import plain
from workbench.wire.request import finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from workbench.compare.review import Review
    from workbench.sessions.session import Session

_NOTHING = 2
_WHYS = 3
_WIDEST = 10_000
_PIPED = 130
"""Columns where standard output is no terminal, or more where the table takes more."""


@click.command("compare", short_help="Compare the variants of a saved session.")
@click.argument("session", metavar="SESSION")
@click.argument("runs", nargs=-1, metavar="[RUN RUN]")
@verdict_options
@click.option("--seed", type=int, default=0, help="Of what is drawn by chance.")
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=in_a_folder,
    help="Write it as a page for others, too, with every answer.",
)
@click.option("--force", is_flag=True, help="Replace a page that is there.")
@sessions_option
@json_option
def command(
    session: str,
    runs: tuple[str, ...],
    baseline: str,
    margin: float | None,
    junit: Path | None,
    seed: int,
    html: Path | None,
    force: bool,
    folder: Path,
    as_lines: bool,
) -> int:
    """Compare the variants of SESSION: pass rates, time, cost, and how sure the difference is.

    With two runs (their ids, or the names of variants), their figures side by side and what
    differs in their answers: by field where they are JSON or tool calls, else word by word.

    What people have rated, and what they, and judges, have voted on pairs is told as well.

    Exit code: 0; 1 where a check failed, or with --margin where a variant falls below the baseline;
    2 where there was nothing to go by, as no check could be tried.
    """
    from workbench.sessions.content import stem_of
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.workbench.grading import results_of
    from workbench.workbench.reviews import reviews_of
    from workbench.workbench.standings import baseline_of

    read = read_session(find_session(folder, session))
    if runs:
        return _two(read, runs, as_lines=as_lines)
    results = results_of(read)
    baseline = baseline_of(results, baseline, read.path.name)
    require_margin(margin, results.variants)
    reviews = reviews_of(read, baseline, results.variants)
    if as_lines:
        from workbench.workbench.standings import as_json

        for line in as_json(results, baseline, seed, reviews):
            click.echo(json.dumps(line, ensure_ascii=False))
    else:
        tell(results, baseline, seed)
        tell_votes(reviews)
    if junit is not None:
        write_junit(junit, results, stem_of(read.path), baseline, margin, seed=seed)
    if html is not None:
        from workbench.workbench.comparison import comparison_to

        comparison_to(html, read, results, reviews, baseline=baseline, seed=seed, force=force)
        click.echo(plain(f"written: {html}"), err=True)
    return verdict(results, baseline, margin, seed)


def write_junit(
    path: Path,
    results: Results,
    name: str,
    baseline: str,
    margin: float | None,
    *,
    seed: int = 0,
    whys: bool = True,
) -> None:
    """Write results for CI.

    Raises:
        SettingsError: The file cannot be written.
    """
    from workbench.workbench.junit import as_junit

    data = as_junit(results, name, baseline=baseline, margin=margin, seed=seed, whys=whys)
    try:
        path.write_bytes(data)
    except OSError as error:
        problem = f"cannot write {path}: {error.strerror or error}"
        raise SettingsError(problem, hint="Name another file with --junit.") from error


def _two(session: Session, names: tuple[str, ...], *, as_lines: bool) -> int:
    from workbench.cli.two import tell_two
    from workbench.workbench.two import run_named, two_as_json

    if len(names) != 2:
        raise SettingsError("two runs are compared", hint="Name two, or none for the variants.")
    a, b = (run_named(session, name) for name in names)
    if as_lines:
        click.echo(finite(two_as_json(a, b)))
    else:
        tell_two(a, b)
    return 0


def require_margin(margin: float | None, variants: Sequence[str]) -> None:
    """Refuse a margin where there is nothing to hold against the baseline: it would always hold.

    Raises:
        SettingsError: There is a margin, and but one variant.
    """
    if margin is not None and len(variants) < 2:
        problem = f"--margin holds variants against a baseline, and there is only {variants[0]}"
        hint = "Name a second one with --variant, or leave --margin out: then checks decide."
        raise SettingsError(problem, hint=hint)


def verdict(results: Results, baseline: str, margin: float | None, seed: int = 0) -> int:
    """The exit code: 1 where a check failed, or a variant is over the margin below the baseline.

    2 where there is nothing to go by; what could not be tried is said.
    """
    unknown = _tell_untried(results)
    if margin is None:
        return 1 if any(map(results.fails, results.cases)) else _NOTHING * unknown
    from workbench.workbench.junit import below

    others = results.against(baseline, seed=seed)
    if any(below(other.difference.points, margin) for other in others):
        return 1
    apart = [other.variant for other in others if not other.difference.cases]
    if apart:
        said = f"no case was checked both of {baseline} and of {', '.join(apart)}"
        click.echo(plain(f"NOT COMPARED: {said}, so --margin says nothing"), err=True)
    return _NOTHING * bool(apart)


def _tell_untried(results: Results) -> bool:
    """Say how many runs could not be checked, and why; whether none could, though one was to be."""
    asked = [e for e in results.entries if e.grade.results and e.run.end_state in WHOLE]
    left = [entry for entry in asked if entry.grade.settled is None]
    if not left:
        return False
    whys = dict.fromkeys(one.why for e in left for one in e.grade.wrong if one.passed is None)
    runs = f"{len(left):,} of {len(asked):,} run{'s' * (len(asked) != 1)}"
    click.echo(plain(f"NOT CHECKED: {runs}: {'; '.join([*whys][:_WHYS])}"), err=True)
    return len(left) == len(asked)


def tell(results: Results, baseline: str = "", seed: int = 0) -> None:
    """Print the table and the verdicts."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    standings = [results.standing(variant) for variant in results.variants]
    table = _table(standings, ranges=True)
    wide = console.measure(table, options=console.options.update_width(_WIDEST)).maximum
    if not console.is_terminal:  # nothing is cut in a pipe
        console.width = max(wide, _PIPED)
    elif wide > console.width:
        table = _table(standings, ranges=False)
    console.print(table)
    for against in _others(results, baseline, seed):
        console.print(Text(plain(against.words)), soft_wrap=not console.is_terminal)
    for rated in results.by_stars(baseline or results.variants[0]):
        words = plain(f"{rated.by}: {rated.verdict.words}")
        console.print(Text(words), soft_wrap=not console.is_terminal)


def _table(standings: Sequence[Standing], *, ranges: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    from workbench.workbench.standings import columns

    named = columns(standings, ranges=ranges)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("variant", no_wrap=True)
    for name in named:
        table.add_column(name, justify="right", no_wrap=True)
    for standing in standings:
        cells = [cell(standing) for cell in named.values()]
        table.add_row(Text(plain(standing.variant or "–")), *cells)
    return table


def tell_votes(reviews: Sequence[Review]) -> None:
    """Print what was voted on pairs: people's votes, and each judge's, apart."""
    from workbench.workbench.reviews import whose

    for review in reviews:
        click.echo(plain(f"\nby {whose(review)}: " + "\n  ".join(review.told)))


def _others(results: Results, baseline: str, seed: int) -> list[Against]:
    """The other variants against the baseline, where there is anything to go by."""
    first = baseline or results.variants[0]
    return [one for one in results.against(first, seed=seed) if one.difference.between is not None]
