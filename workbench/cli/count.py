"""`workbench count`: tokens and cost before sending."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.options import (
    existing_prompt,
    json_option,
    provider_options,
    round_options,
    values_of,
)

if TYPE_CHECKING:
    from workbench.workbench.bench import Workbench
    from workbench.workbench.plan import Plan


@click.command("count", short_help="Tokens and cost before sending.")
@click.argument("prompt", type=click.Path(path_type=Path))
@round_options
@provider_options
@click.option("--ask", is_flag=True, help="Ask the provider's count endpoint; free of charge.")
@json_option
def command(
    prompt: Path,
    variants: tuple[str, ...],
    pairs: tuple[str, ...],
    cases: tuple[str, ...],
    model: str | None,
    provider: str | None,
    base_url: str | None,
    ask: bool,
    as_lines: bool,
) -> int:
    """Estimate the input tokens of every variant of PROMPT, and what sending it would cost.

    The cost is between two bounds: all that is cacheable read and an empty answer, and all of it
    written and an answer as long as `max_tokens` allows.
    """
    from workbench.documents.prompt import load_prompt
    from workbench.workbench.bench import open_workbench
    from workbench.workbench.plan import Settings

    path = existing_prompt(prompt)
    bench = open_workbench(path.parent, provider=provider, base_url=base_url, save=False)
    settings = Settings(values=values_of(pairs), only=variants, cases=cases, model=model)
    plan = bench.plan(load_prompt(path), settings)
    counted = asyncio.run(_ask(bench, plan)) if ask else {}
    for row in _rows(plan, counted):
        click.echo(json.dumps(row, ensure_ascii=False) if as_lines else _line(row))
    return 0


async def _ask(bench: Workbench, plan: Plan) -> dict[str, int]:
    async with bench:
        client = await bench.ready()
        return {run_id: await client.count_tokens(r) for run_id, r in plan.requests.items()}


def _rows(plan: Plan, counted: dict[str, int]) -> list[dict[str, Any]]:
    from workbench.caching import summary
    from workbench.costs import Cost, shown
    from workbench.tokens import Estimate
    from workbench.workbench.forecast import inputs_of
    from workbench.workbench.outcome import model_of

    rows = []
    for run, ahead in zip(plan.runs, inputs_of(plan), strict=True):
        request, known = plan.requests[run.run_id], model_of(run)
        size = ahead.size
        if run.run_id in counted:
            size = Estimate(counted[run.run_id], 0.0, "count")
        least, most = ahead.usd_read, ahead.usd_at_most
        rows.append(
            {
                "variant": run.variant,
                "case": run.case,
                "model": run.model,
                "input_tokens": size.tokens,
                "basis": size.basis,
                "shown": size.shown(),
                "cache": summary(request.body, known),
                "usd_at_least": None if least is None else str(least),
                "usd_at_most": None if most is None else str(most),
                "usd_shown": f"{shown(Cost(least))} to {shown(Cost(most))}",
            }
        )
    return rows


def _line(row: dict[str, Any]) -> str:
    name = "  ".join(filter(None, (row["variant"], row["case"], row["model"])))
    return f"{name:<36} {row['shown']:>14} tokens in   {row['usd_shown']}   {row['cache']}".rstrip()
