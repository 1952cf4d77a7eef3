"""`workbench keys`: every act, the keys that do it, and what is wrong with the key map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from workbench.settings.user_settings import read_settings


@click.command("keys", short_help="The keys, as they are mapped.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each act.")
def command(as_json: bool) -> int:
    """List what can be done on the screen, by which keys, under which name.

    The names are those for `keys:` in config.yaml. Exit code 1 where something there is wrong.
    """
    from workbench.catalog.config_file import config_file
    from workbench.tui.acts import choose_keys
    from workbench.tui.keymap import keymap

    settings = read_settings()
    found = keymap(settings.key_set, settings.keys, str(config_file()))
    choose_keys(found.keys)
    rows = list(_rows())
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        _print(rows)
    problems = (*settings.problems, *found.problems)
    for problem in problems:
        click.echo(problem, err=True)
    return 1 if problems else 0


def _rows() -> Iterator[dict[str, Any]]:
    from workbench.tui.keymap import ON_SCREENS

    names = {name: {act.name for act in acts} for name, acts in ON_SCREENS.items()}
    seen = set()
    for acts in ON_SCREENS.values():
        for act in acts:
            if act.name not in seen:
                seen.add(act.name)
                yield {
                    "act": act.name,
                    "keys": list(act.keys_now),
                    "default": list(act.keys),
                    "shown": act.shown_keys,
                    "group": act.group,
                    "screens": [name for name, those in names.items() if act.name in those],
                    "tells": act.tells,
                }


def _print(rows: list[dict[str, Any]]) -> None:
    names = max(len(row["act"]) for row in rows)
    keys = max(len(row["shown"]) for row in rows)
    group = ""
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            click.echo(f"\n{group}")
        mark = "*" if row["keys"] != row["default"] else " "
        click.echo(f"{mark} {row['act']:<{names}}  {row['shown'] or '–':<{keys}}  {row['tells']}")
    if any(row["keys"] != row["default"] for row in rows):
        click.echo("\n* not as it comes: by config.yaml or a set of keys")
