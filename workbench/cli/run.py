"""`workbench run`: one round without a screen."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import (
    cost_options,
    dataset_options,
    existing_prompt,
    json_option,
    provider_options,
    redact_options,
    round_options,
    sending_options,
    values_of,
    verdict_options,
)
from workbench.cli.working import working
from workbench.errors import SettingsError, WorkbenchError
from workbench.wire.request import finite

if TYPE_CHECKING:
    from workbench.compare.results import Results
    from workbench.engine import LiveRound
    from workbench.workbench.bench import Workbench
    from workbench.workbench.grading import Grading
    from workbench.workbench.plan import Plan


_MANY = 8
"""From more runs on, what a round will take is said before it begins."""


@click.command("run", short_help="Send one round, without a screen.")
@click.argument("prompt", type=click.Path(path_type=Path), required=False)
@click.argument("more", nargs=-1, metavar="")
@round_options
@redact_options
@dataset_options
@click.option("--repeat", type=click.IntRange(1, 10_000), default=1, help="Send each N times.")
@click.option(
    "--resume", metavar="SESSION", help="Send what an interrupted round of SESSION lacks."
)
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would take; send nothing.")
@provider_options
@cost_options
@sending_options
@verdict_options
@json_option
def command(
    prompt: Path | None,
    more: tuple[str, ...],
    variants: tuple[str, ...],
    pairs: tuple[str, ...],
    cases: tuple[str, ...],
    model: str | None,
    redact: tuple[str, ...],
    redact_tools: bool,
    every: bool,
    tags: tuple[str, ...],
    sample: int | None,
    seed: int,
    allow_code: bool,
    repeat: int,
    resume: str | None,
    only_plan: bool,
    provider: str | None,
    base_url: str | None,
    concurrency: int | None,
    max_cost: Decimal | None,
    max_run_cost: Decimal | None,
    force: bool,
    no_save: bool,
    fallback: Path | None,
    speed: float,
    baseline: str,
    margin: float | None,
    junit: Path | None,
    as_lines: bool,
) -> int:
    """Send every variant of PROMPT once, show the answers, save the round.

    With --resume, what an interrupted round still lacks is sent, and saved in its session.

    A cost limit stops streams as they go: what arrived is kept, and its cost is an estimate.

    Exit code: 0 all runs complete, 1 a run or a check failed (with --margin: a run failed, or a
    variant is that far below the baseline) or no disk took the session, 2 nothing could be tried:
    no run, or no check of those that are asked (no --allow-code, no judge), 130 interrupted.
    """
    from workbench.cli.main import told
    from workbench.documents.cases import chosen, read_cases
    from workbench.documents.prompt import load_prompt
    from workbench.workbench.again import Again
    from workbench.workbench.bench import open_workbench
    from workbench.workbench.foreseen import foreseen
    from workbench.workbench.plan import Settings

    judging = Asserting(allow_code, baseline, margin, junit)
    _require_one(prompt, more)
    if resume is not None:
        _require_nothing(variants, pairs, cases, every, tags, sample, redact, no_save, repeat > 1)
        from workbench.cli.resuming import Resuming

        again = Again(model=model, concurrency=concurrency)
        again = replace(again, max_cost_usd=max_cost, max_run_cost_usd=max_run_cost)
        resuming = Resuming(resume, prompt, provider, base_url, speed, fallback)
        return resuming.sent(again, judging, only_plan=only_plan, as_lines=as_lines)
    if prompt is None:
        raise SettingsError("which prompt?", hint="workbench run prompts/NAME.prompt.yaml")
    path = existing_prompt(prompt)
    loaded = load_prompt(path, force=True)  # told below, with all else that would be refused
    if every or tags or sample:
        cases = (*cases, *(case.id for case in chosen(read_cases(loaded), tags, sample, seed)))
    settings = Settings(
        values=values_of(pairs),
        only=variants,
        cases=tuple(dict.fromkeys(cases)),
        model=model,
        repeat=repeat,
        concurrency=concurrency,
        max_cost_usd=max_cost,
        max_run_cost_usd=max_run_cost,
        redact=redact,
        redact_tools=redact_tools,
    )
    bench = open_workbench(
        path.parent, provider=provider, base_url=base_url, save=not no_save, speed=speed
    )
    where = bench.endpoint.profile.name
    with working() as tell:
        problems = [*loaded.problems, *foreseen(loaded, where, settings, tell)]
    for problem in problems:
        click.echo(told(problem), err=True)
    if not force and (wrong := sum(problem.severity == "error" for problem in problems)):
        raise WorkbenchError(
            f"nothing was sent: {where} would refuse it ({wrong} problem{'s' * (wrong != 1)})",
            hint="Mend it, or send it as it is with --force.",
        )
    if only_plan:
        with working() as tell:
            plan = bench.plan(loaded, settings, tell)
        return tell_plan(plan, as_lines=as_lines)
    if bench.simulated:
        why = "" if provider else "no key is set, so "
        click.echo(f"SIMULATED: {why}the answers are made up here.", err=True)
    with working() as tell:
        plan = bench.plan(loaded, settings, tell)
    if plan.info.masked and not no_save:
        click.echo(f"redacted in the session: {plan.info.masked}", err=True)
    judging.require(list(dict.fromkeys(run.variant for run in plan.runs)))
    if len(plan.runs) > _MANY:
        from workbench.workbench.ahead import summary

        with working() as tell:
            said = summary(plan, tell)
        click.echo(said, err=True)
    return asyncio.run(send(bench, plan, as_lines=as_lines, fallback=fallback, judging=judging))


def _require_one(prompt: Path | None, more: Sequence[str]) -> None:
    """Refuse a second file, and say what to do with a dataset that was meant for `--cases`."""
    from workbench.documents.cases import TABLES

    if prompt is None or not more:
        return
    names = [str(prompt), *more]
    data = [name for name in names if name.lower().endswith((*TABLES, ".cases.yaml", ".cases.yml"))]
    if not data:
        hint = "Run them one after another; quote a value that has blanks in it."
        raise SettingsError(f"one prompt is run at a time, and here are {len(names)}", hint=hint)
    named = next((Path(name).name for name in names if name not in data), "the prompt")
    raise SettingsError(
        f"{data[0]}: --cases takes no file, but runs every case of the dataset that {named} names",
        hint=f"Write `cases: file://{Path(data[0]).name}` into {named}, beside that file.",
    )


def _require_nothing(*chosen: object) -> None:
    if any(chosen):
        raise SettingsError(
            "a round is resumed as it was planned, into its own session",
            hint="Leave out what chooses variants, values, cases and repeats.",
        )


def tell_plan(plan: Plan, *, as_lines: bool, comparisons: int = 0) -> int:
    """Print what a plan will take, and what it can show; as `ahead_of` tells it."""
    from workbench.workbench.ahead import ahead_of

    with working() as tell:
        ahead = ahead_of(plan, tell, comparisons=comparisons)
    if as_lines:
        click.echo(finite(ahead.to_json()))
    else:
        click.echo("\n".join(ahead.lines))
    return 0


def _as_sent(results: Results) -> Results:
    return results


@dataclass(frozen=True, slots=True)
class Asserting:
    """How the answers of a round are judged.

    Args:
        allow_code: Whether checks may run the user's own functions.
        baseline: The variant that the others are held against; the first where empty.
        margin: How many points below it a variant may be; where None, checks decide.
        junit: The file that is written for CI, if any.
        whole: What the answers that were sent now are part of: themselves, or a resumed round.
    """

    allow_code: bool = False
    baseline: str = ""
    margin: float | None = None
    junit: Path | None = None
    whole: Callable[[Results], Results] = _as_sent

    def require(self, known: Sequence[str]) -> None:
        """Refuse a baseline that is no variant, or has no other, before anything is sent."""
        from workbench.cli.compare import require_margin

        require_margin(self.margin, known)
        if self.baseline and self.baseline not in known:
            hint = f"It sends: {', '.join(known)}."
            raise SettingsError(f"the round has no variant {self.baseline!r}", hint=hint)

    def wanted(self, plan: Plan) -> bool:
        """Whether anything is asked of the answers."""
        return bool(plan.checks or self.junit)

    def verdict(self, results: Results, plan: Plan) -> int:
        """The exit code that the answers come to; the file for CI is written."""
        from workbench.cli.compare import verdict, write_junit
        from workbench.workbench.standings import baseline_of

        baseline = baseline_of(results, self.baseline, "the round")
        if self.junit is not None:
            whys = plan.redaction is None  # a reason quotes the answer
            write_junit(self.junit, results, plan.name, baseline, self.margin, whys=whys)
        return verdict(results, baseline, self.margin)


async def send(
    bench: Workbench,
    plan: Plan,
    *,
    as_lines: bool,
    fallback: Path | None,
    judging: Asserting | None = None,
) -> int:
    """Send a plan and show it as it goes; the exit code of `run`."""
    from workbench.cli.keeping import Keeper
    from workbench.cli.main import INTERRUPTED
    from workbench.cli.narration import narrated, standing
    from workbench.cli.show import follow, view_for
    from workbench.run import WHOLE

    judging = judging or Asserting()
    grading, keeper = _grading(bench, plan, judging), Keeper(bench, fallback)
    async with bench:
        async with bench.round(plan) as live:
            view = view_for(as_lines=as_lines, session=lambda: keeper.path)
            with _interrupts(live) as interrupted:
                async with narrated(bench, view), keeper.watching():
                    planned = {run.run_id: run for run in plan.runs}
                    runs = await follow(live, planned, view, grading.ended if grading else None)
        if left := standing(bench):
            click.echo(left, err=True)
    saved = keeper.tell_where()
    if interrupted:
        if grading is not None and judging.junit is not None:
            judging.verdict(judging.whole(grading.results), plan)
            whole = sum(run.end_state in WHOLE for run in runs.values())
            told = f"{judging.junit}: interrupted, {whole} of {len(runs)} runs whole"
            click.echo(told, err=True)
        return INTERRUPTED
    failed = 0
    if grading is not None:
        results = judging.whole(grading.results)
        if plan.checks and not as_lines:
            from workbench.cli.compare import tell

            tell(results, judging.baseline)
        failed = judging.verdict(results, plan)
    return failed if saved and all(run.end_state in WHOLE for run in runs.values()) else 1


def _grading(bench: Workbench, plan: Plan, judging: Asserting) -> Grading | None:
    """What grades the runs of a round in which anything is asked of the answers."""
    if judging.margin is not None and not plan.checks:
        problem = "--margin compares pass rates, and nothing is asked of the answers"
        raise SettingsError(problem, hint="Add `assert:` (or `__expected`) to the cases.")
    if not judging.wanted(plan):
        return None
    from workbench.workbench.functions import Functions
    from workbench.workbench.grading import Grading

    allowed, how = judging.allow_code, "with --allow-code"
    return Grading(bench, plan, Functions(bench.folder, allowed=allowed, how=how))


@contextmanager
def _interrupts(live: LiveRound) -> Iterator[list[bool]]:
    """Ctrl+C cancels the round, which then ends in order; what arrived is kept and shown."""
    happened: list[bool] = []
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        happened.append(True)
        live.cancel()
        loop.remove_signal_handler(signal.SIGINT)  # a second one ends us at once

    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except NotImplementedError:  # Windows: KeyboardInterrupt leaves the blocks instead
        yield happened
        return
    try:
        yield happened
    finally:
        loop.remove_signal_handler(signal.SIGINT)
