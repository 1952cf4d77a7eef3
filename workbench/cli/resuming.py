"""`workbench run --resume SESSION`: what an interrupted round lacks is sent into its session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.options import existing_prompt

if TYPE_CHECKING:
    from workbench.cli.run import Asserting
    from workbench.documents.prompt import Prompt
    from workbench.workbench.again import Again


@dataclass(frozen=True, slots=True)
class Resuming:
    """What is resumed, and where it is sent.

    Args:
        session: A path, a file's name or its beginning, or `last`.
        prompt: The prompt whose dataset says what is asked; the one of the round where None.
        provider: The round's own where None.
        base_url: A compatible server, if it goes there.
        speed: The simulator's.
        fallback: Where it is saved if the session's file cannot be written.
    """

    session: str
    prompt: Path | None
    provider: str | None
    base_url: str | None
    speed: float
    fallback: Path | None

    def sent(self, again: Again, judging: Asserting, *, only_plan: bool, as_lines: bool) -> int:
        """Send it; the exit code of `run`."""
        from workbench.cli.run import send, tell_plan
        from workbench.sessions.session import read_session
        from workbench.sessions.shelf import find_session
        from workbench.workbench.bench import open_workbench, sessions_beside
        from workbench.workbench.resume import completed, plan_resumed

        folder = existing_prompt(self.prompt).parent if self.prompt else Path("prompts")
        session = read_session(find_session(sessions_beside(folder), self.session))
        info = session.rounds[-1].info if session.rounds else None
        provider = self.provider or (info.provider if info and not self.base_url else None)
        bench = open_workbench(
            folder,
            provider=provider,
            base_url=self.base_url,
            sessions=session.path.parent,
            speed=self.speed,
        )
        prompt = self._prompt(folder, info.prompt if info else "")
        if prompt is not None and again.max_cost_usd is None:
            again = replace(again, max_cost_usd=prompt.limits.cost_usd)
        of_round = (one for one in session.rounds if info and one.info.root == info.root)
        judging.require(list(dict.fromkeys(run.variant for one in of_round for run in one.runs)))
        plan = plan_resumed(bench, session, prompt, again)
        if only_plan:
            return tell_plan(plan, as_lines=as_lines)
        judging = replace(judging, whole=partial(completed, session))
        runs = "1 run is" if len(plan.runs) == 1 else f"{len(plan.runs)} runs are"
        click.echo(f"{runs} missing in {plan.info.resumes} of {session.path.name}", err=True)
        if bench.simulated:
            click.echo("SIMULATED: the answers are made up here.", err=True)
        sending = send(bench, plan, as_lines=as_lines, fallback=self.fallback, judging=judging)
        return asyncio.run(sending)

    def _prompt(self, folder: Path, name: str) -> Prompt | None:
        """The prompt of the round, for what its dataset asks; None where it is gone."""
        from workbench.documents.prompt import load_prompt

        path = existing_prompt(self.prompt) if self.prompt else folder / name
        if path.is_file() and name:
            return load_prompt(path, force=True)
        said = f"{path if name else 'its prompt'} is not there, so the answers are not checked"
        click.echo(f"{said}: name the prompt's file, where it is elsewhere", err=True)
        return None
