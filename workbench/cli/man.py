"""`workbench man`: the manual page, made from the commands and options themselves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import click


@click.command("man", short_help="Write the manual page, for man(1).")
@click.pass_context
def command(ctx: click.Context) -> int:
    """Write the manual page to stdout, as roff, of every command and option there is.

    \b
    workbench man | man -l -                                        reads it
    workbench man > ~/.local/share/man/man1/workbench.1             installs it
    """
    click.echo("\n".join(page(ctx.find_root())))
    return 0


def page(root: click.Context) -> Iterator[str]:
    """The lines of the page of a command and of all below it."""
    name = root.info_name or "workbench"
    summary, *_ = _paragraphs(root.command)
    made_by = f"{name} {version('workbench')}"
    yield f'.TH {_word(name.upper())} 1 "" {_word(made_by)}'
    yield from (".SH NAME", rf"{_text(name)} \- {_text(summary.rstrip('.'))}")
    yield ".SH SYNOPSIS"
    yield from _usage(root)
    yield ".SH DESCRIPTION"
    yield from _said(root.command, skip=1)
    yield from _options(root)
    yield ".SH COMMANDS"
    for below in _below(root):
        yield f".SS {_word(below.command_path)}"
        yield from _usage(below)
        yield from _said(below.command)
        yield from _options(below)


def _below(ctx: click.Context) -> Iterator[click.Context]:
    """All commands under a group, with those under them, in the order in which help has them."""
    if not isinstance(ctx.command, click.Group):
        return
    for name in ctx.command.list_commands(ctx):
        found = ctx.command.get_command(ctx, name)
        if found is not None and not found.hidden:
            below = click.Context(found, ctx, name, help_option_names=ctx.help_option_names)
            yield below
            yield from _below(below)


def _usage(ctx: click.Context) -> Iterator[str]:
    pieces = ctx.command.collect_usage_pieces(ctx)
    yield rf"\fB{_text(ctx.command_path)}\fR {_text(' '.join(filter(None, pieces)))}"


def _said(command: click.Command, *, skip: int = 0) -> Iterator[str]:
    """What a command's help says; what it sets line by line stays so."""
    for paragraph in _paragraphs(command)[skip:]:
        if paragraph.startswith("\b"):
            lines = map(_text, paragraph.removeprefix("\b").strip("\n").splitlines())
            yield from (".PP", ".nf", *lines, ".fi")
        else:
            yield from (".PP", _text(" ".join(paragraph.split())))
    if command.epilog:
        yield from (".PP", _text(command.epilog))


def _paragraphs(command: click.Command) -> list[str]:
    from inspect import cleandoc

    return cleandoc(command.help or "").split("\n\n")


def _options(ctx: click.Context) -> Iterator[str]:
    for option in ctx.command.get_params(ctx):
        record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
        if record is not None:
            names, tells = record
            yield from (".TP", rf"\fB{_text(names)}\fR", _text(tells))


def _text(words: str) -> str:
    """Words that roff takes for nothing else."""
    safe = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith((".", "\\(aq")) else safe


def _word(words: str) -> str:
    """The same, as one argument of a request."""
    return '"' + _text(words).replace('"', "\\(dq") + '"'
