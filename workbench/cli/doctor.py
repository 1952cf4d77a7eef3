"""`workbench doctor`: what is set up, what is missing, what to do."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from workbench.errors import WorkbenchError

_PACKAGES = ("textual", "httpx", "aiohttp", "tiktoken", "PyYAML", "click")


class _Finding(NamedTuple):
    what: str
    state: str
    to_do: str = ""
    wrong: bool = False


@click.command("doctor", short_help="What is set up, what is missing, what to do.")
def command() -> int:
    """Look at this installation. Exit code 1 where something must be put right."""
    findings = [*_installation(), *_keys(), *_files()]
    for finding in findings:
        mark = "✗" if finding.wrong else ("·" if finding.to_do else "✓")
        click.echo(f"{mark} {finding.what:<12} {finding.state}")
        if finding.to_do:
            click.echo(f"{'':<15}{finding.to_do}")
    return 1 if any(finding.wrong for finding in findings) else 0


def _installation() -> Iterator[_Finding]:
    yield _Finding("workbench", _version("workbench"))
    yield _Finding("python", f"{platform.python_version()}  {sys.executable}")
    yield _Finding("packages", "  ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    if find_spec("ctok") is not None:
        yield _Finding("tokens", f"exact estimates, by ctok {_version('ctok')}")
    else:
        yield _Finding(
            "tokens",
            "estimates within about 9 %, by tiktoken",
            "For exact ones: pip install --ignore-requires-python --no-deps ctok",
        )


def _keys() -> Iterator[_Finding]:
    from workbench.api.endpoint import default_provider
    from workbench.catalog.catalog import catalog
    from workbench.catalog.config_file import config_file

    try:
        known = catalog()
    except WorkbenchError as error:
        yield _Finding("config", error.problem, error.hint, wrong=True)
        return
    where = config_file()
    yield _Finding("config", str(where) if where.is_file() else f"none at {where}, none needed")
    yield from _settings()
    schemas = Path(str(resources.files("workbench.documents").joinpath("schemas")))
    yield _Finding("schemas", f"{schemas}  for your editor's YAML language server")
    yield _Finding("catalog", f"prices and limits as of {known.as_of}")
    for profile in known.profiles.values():
        if profile.key_env:
            held = bool(os.environ.get(profile.key_env))
            yield _Finding(
                profile.name,
                f"{profile.key_env} is {'set' if held else 'not set'}  {profile.base_url}",
                "" if held else f"export {profile.key_env}=… to send to {profile.name}",
            )
    yield _Finding("provider", f"{default_provider()} where none is named")


def _settings() -> Iterator[_Finding]:
    from workbench.catalog.config_file import config_file
    from workbench.settings.folder_state import state_folder
    from workbench.settings.user_settings import origins, read_settings
    from workbench.tui.keymap import keymap
    from workbench.tui.themes import wrong_theme

    settings = read_settings()
    said = [
        f"{name} {str(getattr(settings, name)).lower()} ({file})"
        for name, file in sorted(origins(settings).items())
    ]
    yield _Finding("settings", "  ".join(said) or "as they come")
    wrong = wrong_theme(settings.theme)
    keys = keymap(settings.key_set, settings.keys, str(config_file())).problems
    for problem in (*settings.problems, *keys, *(f"theme: {each}" for each in (wrong,) if each)):
        yield _Finding("settings", problem, wrong=True)
    yield _Finding("state", f"{state_folder()}  what is remembered of each folder")


def _files() -> Iterator[_Finding]:
    from workbench.documents.prompt import prompts_in
    from workbench.workbench.bench import sessions_beside

    prompts = Path("prompts")
    if prompts.is_dir():
        count = len(prompts_in(prompts))
        yield _Finding("prompts", f"{count} in {prompts.absolute()}")
    else:
        yield _Finding("prompts", "no ./prompts here", "`workbench` opens the examples instead.")
    sessions = sessions_beside(prompts)
    near = next(p for p in (sessions, *sessions.parents) if p.exists())
    if os.access(near, os.W_OK):
        yield _Finding("sessions", str(sessions))
    else:
        yield _Finding(
            "sessions",
            f"{sessions} cannot be written",
            "Set WORKBENCH_SESSIONS to a folder that can.",
            wrong=True,
        )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
