"""The manual page: everything there is, in roff that nobody complains of."""

from __future__ import annotations

import shutil
import subprocess

import click
import pytest

from workbench.cli.main import cli, main


def every(ctx: click.Context) -> list[click.Context]:
    """A command and all below it."""
    group = ctx.command
    if not isinstance(group, click.Group):
        return [ctx]
    names = group.list_commands(ctx)
    found = [(name, group.get_command(ctx, name)) for name in names]
    below = [click.Context(one, ctx, name) for name, one in found if one is not None]
    return [ctx, *(each for one in below for each in every(one))]


def test_the_page_has_every_command_and_option_and_renders_clean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By groff where there is one, with all its warnings; what a line begins with is no request."""
    assert main(["man"]) == 0
    page = capsys.readouterr().out
    lines = page.splitlines()

    for ctx in every(click.Context(cli, info_name="workbench")):
        if ctx.command.hidden:
            continue
        path = ctx.command_path.replace("-", r"\-")
        assert ctx.parent is None or f'.SS "{path}"' in lines
        for option in ctx.command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.opts[-1].replace("-", r"\-") in page, (path, option.name)
    requests = {line.split()[0] for line in lines if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".PP", ".TP", ".nf", ".fi"}
    if groff := shutil.which("groff"):
        made = subprocess.run(
            [groff, "-man", "-Tutf8", "-ww", "-Kutf8"],
            input=page.encode(),
            capture_output=True,
            check=True,
        )
        assert made.stderr == b""
        assert b"Stop a round before it costs more." in made.stdout
