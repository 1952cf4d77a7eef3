"""The words after a magic, read: what is wrong is told in a line, with what there is."""

from __future__ import annotations

import argparse
import shlex
from typing import NoReturn

from workbench.errors import SettingsError


class Words(argparse.ArgumentParser):
    """Reads a magic's line."""

    def error(self, message: str) -> NoReturn:
        """Say it as everything else is said."""
        raise SettingsError(f"{self.prog}: {message}", hint=self.format_usage().strip())

    def read(self, line: str) -> argparse.Namespace:
        """The options in a line.

        Raises:
            SettingsError: They are not as they should be.
        """
        try:
            return self.parse_args(shlex.split(line))
        except ValueError as error:
            self.error(f"{error} in {line!r}")

    @property
    def options(self) -> list[str]:
        """The names of its options, for completion."""
        return [name for action in self._actions for name in action.option_strings if len(name) > 2]


def _bare(prog: str, about: str) -> Words:
    return Words(prog=prog, description=about, add_help=False, allow_abbrev=False)


def round_words(prog: str, about: str, *, named: bool) -> Words:
    """What says how a round is sent; `named` where the line names its prompt."""
    words = _bare(prog, about)
    if named:
        words.add_argument("prompt", help="the prompt's name")
    else:
        words.add_argument("--name", default="cell", help="what the prompt is called")
    words.add_argument("--variants", "--variant", default="", help="only these, with commas")
    words.add_argument("--model", help="every variant on this model")
    words.add_argument("--repeat", type=int, default=1, help="how often each is sent")
    words.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    words.add_argument("--cases", default="", help="ids with commas, or all")
    words.add_argument("--concurrency", type=int)
    words.add_argument("--max-cost", metavar="USD")
    words.add_argument("--force", action="store_true", help="send what would be refused")
    return words


def open_words() -> Words:
    """What says which folder is worked in."""
    words = _bare("%wb open", "Work in a folder of prompts.")
    words.add_argument("folder", nargs="?", default="prompts")
    words.add_argument("--provider")
    words.add_argument("--base-url", metavar="URL")
    words.add_argument("--no-save", action="store_true")
    words.add_argument("--speed", type=float, default=1.0)
    return words


def compare_words() -> Words:
    """What says what the last round is held against."""
    words = _bare("%wb compare", "Compare the variants of the last round.")
    words.add_argument("baseline", nargs="?", default="")
    return words


def replay_words() -> Words:
    """What says which round is shown again."""
    words = _bare("%wb replay", "Show a saved round again, as it happened.")
    words.add_argument("session", nargs="?", default="last")
    words.add_argument("--round")
    words.add_argument("--speed", type=float, default=1.0)
    return words


def given_values(pairs: list[str]) -> dict[str, str]:
    """`NAME=VALUE` as a mapping.

    Raises:
        SettingsError: One has no `=`.
    """
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise SettingsError(f"--set {pair}: NAME=VALUE is needed")
        values[name] = value
    return values


def several(words: str) -> list[str]:
    """Names with commas between them."""
    return [word.strip() for word in words.split(",") if word.strip()]
