"""`workbench sessions rerun`: a saved round sent again."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import (
    cost_options,
    json_option,
    provider_options,
    sending_options,
    sessions_option,
)
from workbench.errors import SessionError, WorkbenchError

if TYPE_CHECKING:
    from workbench.wire.request import MessagesRequest


@click.command("rerun", short_help="Send a saved round again, here or elsewhere.")
@click.argument("session", metavar="SESSION")
@click.option("--round", "round_id", metavar="ID", help="This round; the last one by default.")
@click.option("--run", "only", multiple=True, metavar="ID", help="Only this run of it.")
@click.option("--model", metavar="M", help="Send everything to this model.")
@provider_options
@cost_options
@sending_options
@sessions_option
@json_option
def rerun_(
    session: str,
    round_id: str | None,
    only: tuple[str, ...],
    model: str | None,
    provider: str | None,
    base_url: str | None,
    max_cost: Decimal | None,
    max_run_cost: Decimal | None,
    concurrency: int | None,
    force: bool,
    no_save: bool,
    fallback: Path | None,
    speed: float,
    folder: Path,
    as_lines: bool,
) -> int:
    """Send the requests of a round of SESSION again, as they were but for the model.

    A request that was imported without max_tokens is sent with 4,096, and it is said so.

    The answers are shown and saved as those of `workbench run` are, in a session of their own that
    names this one as its origin. Exit codes are the same, too.
    """
    from workbench.cli.run import send
    from workbench.sessions.content import stem_of
    from workbench.sessions.session import read_session
    from workbench.sessions.shelf import find_session
    from workbench.telling.plain import plain
    from workbench.workbench.again import Again, additions
    from workbench.workbench.bench import open_workbench

    path = find_session(folder, session)
    rounds = read_session(path).rounds
    if only and round_id is None:
        rounds = tuple(r for r in rounds if any(run.run_id in only for run in r.runs)) or rounds
    found = [saved for saved in rounds if round_id in (None, saved.info.round_id)]
    if not found:
        known = ", ".join(saved.info.round_id for saved in rounds) or "none"
        raise SessionError(f"{path.name} has no round {round_id!r}", hint=f"Rounds: {known}")
    bench = open_workbench(
        Path("prompts"),
        provider=provider,
        base_url=base_url,
        save=not no_save,
        sessions=folder,
        speed=speed,
    )
    chosen = Again(only, model, concurrency, max_cost, max_run_cost)
    plan = bench.plan_again(found[-1], stem_of(path), chosen)
    if added := additions(found[-1], chosen):
        click.echo(plain(added), err=True)
    _tell_foreseen([*plan.requests.items()], bench.endpoint.profile.name, force=force)
    if bench.simulated:
        why = "" if provider else "no key is set, so "
        click.echo(f"SIMULATED: {why}the answers are made up here.", err=True)
    return asyncio.run(send(bench, plan, as_lines=as_lines, fallback=fallback))


def _tell_foreseen(requests: list[tuple[str, MessagesRequest]], where: str, *, force: bool) -> None:
    """Say what would be refused.

    Raises:
        WorkbenchError: Something would be, and it is not to be sent all the same.
    """
    from workbench.documents.finding import dotted
    from workbench.workbench.foreseen import foreseen_of

    wrong, said = 0, set[str]()
    for _, request in requests:
        for finding in foreseen_of(request, where):
            wrong += finding.severity == "error"
            rule = f" [{finding.rule}]" if finding.rule else ""
            line = f"{finding.severity}: {dotted(finding.keys)}: {finding.problem}{rule}"
            if line not in said:
                click.echo(f"{line}\n  {finding.hint}".rstrip(), err=True)
            said.add(line)
    if wrong and not force:
        raise WorkbenchError(
            f"nothing was sent: {where} would refuse it ({wrong} problem{'s' * (wrong != 1)})",
            hint="Choose another model, or send it as it is with --force.",
        )
