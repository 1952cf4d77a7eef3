"""`workbench code`: a request as code."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.options import existing_prompt, provider_options, round_options, values_of


@click.command("code", short_help="A request as code.")
@click.argument("prompt", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "language",
    type=click.Choice(["curl", "python", "typescript"]),
    default="curl",
    show_default=True,
    help="curl, or a program with the official SDK.",
)
@round_options
@provider_options
def command(
    prompt: Path,
    language: str,
    variants: tuple[str, ...],
    pairs: tuple[str, ...],
    cases: tuple[str, ...],
    model: str | None,
    provider: str | None,
    base_url: str | None,
) -> int:
    """Print the request of one variant of PROMPT as code that sends it.

    Without --variant it is the first one. The key is read from the provider's variable when the
    code runs; none stands in it. For the simulator the code is Anthropic's.
    """
    from workbench.documents.prompt import load_prompt
    from workbench.workbench.bench import open_workbench
    from workbench.workbench.code import LANGUAGES, code_for
    from workbench.workbench.plan import Settings

    path = existing_prompt(prompt)
    bench = open_workbench(
        path.parent, provider=provider, base_url=base_url, save=False, keyed=False
    )
    settings = Settings(values=values_of(pairs), only=variants, cases=cases, model=model)
    plan = bench.plan(load_prompt(path), settings)
    (written,) = (each for each in LANGUAGES if each == language)
    first, *others = plan.runs
    click.echo(code_for(bench.endpoint, plan.requests[first.run_id], written), nl=False)
    if others:
        names = ", ".join(dict.fromkeys(_name(run.variant, run.case) for run in others))
        here = _name(first.variant, first.case)
        click.echo(f"This is {here}. --variant and --case choose: {names}", err=True)
    return 0


def _name(variant: str, case: str | None) -> str:
    return f"{variant} {case}" if case else variant
