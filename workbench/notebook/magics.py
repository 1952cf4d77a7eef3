"""`%%prompt`, `%%system`, `%%tools` and `%wb`: rounds sent and looked at from cells."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.errors import SettingsError
from workbench.notebook import options
from workbench.notebook.showing import Standing, followed
from workbench.workbench import workspace as door
from workbench.workbench.prompt import Prompt
from workbench.workbench.round import Comparison, Round
from workbench.workbench.saved_session import SavedSession, replay
from workbench.workbench.underway import Underway
from workbench.workbench.workspace import Workspace

_MODEL, _MAX_TOKENS = "claude-haiku-4-5", 1024
RESULT = "_round"
"""The variable that holds the last round."""

_HELP = """\
%wb open [FOLDER] [--provider P] [--no-save] [--speed X]   work in a folder of prompts
%wb run NAME [--variants a,b] [--cases all] [--repeat N]   send a round of a prompt in it
%wb compare [BASELINE]                                     compare the variants of the last round
%wb replay [SESSION] [--round r1] [--speed X]              show a saved round again
%wb sessions [WORDS]                                       the saved sessions, newest first
%%prompt [--variants a,b] [--model M] [--repeat N] [--set name=value]
    YAML as in a NAME.prompt.yaml, or plain text; Python variables fill {{name}}
%%system, %%tools    what later %%prompt cells use, until
%wb forget
The last round is in the variable _round."""


class Interrupted(KeyboardInterrupt):
    """A cell was interrupted, and what arrived is kept: told in a line."""

    def _render_traceback_(self) -> list[str]:
        return [f"Cancelled. What arrived is kept, in {RESULT}."]


class Magics:
    """What the magics share: the shell, the folder worked in, the texts of earlier cells."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._workspace: Workspace | None = None
        self._system = self._tools = ""
        self.prompt_words = options.round_words("%%prompt", "Send the cell.", named=False)
        self.run_words = options.round_words("%wb run", "Send a prompt.", named=True)
        self.acts: dict[str, Callable[[str], Any]] = {
            "open": self._open,
            "run": self._run,
            "compare": self._compare,
            "replay": self._replay,
            "sessions": self._sessions,
            "forget": self._forget,
        }

    @property
    def workspace(self) -> Workspace:
        """The folder worked in: ./prompts where there is one, else the notebook's own."""
        if self._workspace is None:
            folder = Path("prompts")
            if folder.is_dir():
                self._workspace = door.open(folder)
            else:
                self._workspace = door.open(".", sessions=Path("sessions"))
        return self._workspace

    def wb(self, line: str) -> Any:
        """Send, compare, replay and find rounds; alone it says how."""
        act, _, rest = line.strip().partition(" ")
        if not act:
            print(_HELP)  # noqa: T201 - a magic's own words
            return None
        if act not in self.acts:
            hint = f"It can: {', '.join(self.acts)}. `%wb` alone says how."
            raise SettingsError(f"%wb cannot {act!r}", hint=hint)
        return self.acts[act](rest)

    def prompt(self, line: str, cell: str) -> None:
        """Send the cell: YAML as in a prompt file, or plain text."""
        chosen = self.prompt_words.read(line)
        beside = {}
        for kind, text in (("system", self._system), ("tools", self._tools)):
            if text and not _has_key(cell, kind):
                beside[f"{chosen.name}.{kind}.yaml"] = text
        text = _as_yaml(cell, {name.split(".")[-2]: name for name in beside})
        self._send(self.workspace.prompt(text, name=chosen.name, beside=beside), chosen)

    def system(self, _: str, cell: str) -> None:
        """Keep the cell as the system prompt of later cells: YAML with `system:`, or plain text."""
        words = json.dumps(cell.strip(), ensure_ascii=False)
        self._system = cell if _has_key(cell, "system") else f"system: {words}\n"

    def tools(self, _: str, cell: str) -> None:
        """Keep the cell as the tools of later cells: YAML with `tools:`."""
        if not _has_key(cell, "tools"):
            raise SettingsError("%%tools: the cell has no `tools:`", hint="Write `tools:` above.")
        self._tools = cell

    def completions(self, _: Any, event: Any) -> list[str]:
        """What may follow in the line of a magic."""
        line = event.line
        if line.startswith("%%prompt"):
            return self.prompt_words.options
        words = line.split()
        if len(words) < 2 or (len(words) == 2 and not line.endswith(" ")):
            return list(self.acts)
        if words[1] == "run":
            return [*self.workspace.names, *self.run_words.options]
        if words[1] == "replay":
            return ["last", *(one.name for one in self.workspace.sessions())]
        if words[1] == "compare":
            last = self._shell.user_ns.get(RESULT)
            return list(dict.fromkeys(run.variant for run in last)) if last else []
        return []

    def _open(self, rest: str) -> Workspace:
        chosen = options.open_words().read(rest)
        opened = door.open(
            chosen.folder,
            provider=chosen.provider,
            base_url=chosen.base_url,
            save=not chosen.no_save,
            speed=chosen.speed,
        )
        if self._workspace is not None:
            self._workspace.close()
        self._workspace = opened
        return opened

    def _run(self, rest: str) -> None:
        chosen = self.run_words.read(rest)
        self._send(self.workspace[chosen.prompt], chosen)

    def _compare(self, rest: str) -> Comparison:
        last = self._shell.user_ns.get(RESULT)
        if not isinstance(last, Round):
            raise SettingsError("there is no round yet", hint="%wb run or %%prompt sends one.")
        return last.compare(options.compare_words().read(rest).baseline)

    def _replay(self, rest: str) -> None:
        chosen = options.replay_words().read(rest)
        where = self.workspace.sessions_folder
        again = replay(chosen.session, round=chosen.round, speed=chosen.speed, folder=where)
        self._follow(again)

    def _sessions(self, rest: str) -> list[SavedSession]:
        return self.workspace.sessions(rest)

    def _forget(self, _: str) -> None:
        self._system = self._tools = ""

    def _send(self, prompt: Prompt, chosen: Namespace) -> None:
        values = _from(self._shell.user_ns, prompt.variables)
        going = prompt.run(
            variants=options.several(chosen.variants),
            values={**values, **options.given_values(chosen.set)},
            cases=True if chosen.cases == "all" else options.several(chosen.cases),
            repeat=chosen.repeat,
            model=chosen.model,
            concurrency=chosen.concurrency,
            max_cost=chosen.max_cost,
            force=chosen.force,
        )
        self._follow(going)

    def _follow(self, going: Underway) -> None:
        try:
            round = followed(going, live=hasattr(self._shell, "kernel"))
        except KeyboardInterrupt:
            self._shell.user_ns[RESULT] = going.wait()
            raise Interrupted from None
        self._shell.user_ns[RESULT] = round


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext workbench`: give a shell the magics, and what completes them."""
    magics = Magics(shell)
    shell.register_magic_function(magics.wb, "line", "wb")
    for name in ("prompt", "system", "tools"):
        shell.register_magic_function(getattr(magics, name), "cell", name)
    shell.display_formatter.ipython_display_formatter.for_type(Underway, _show)
    for begin in ("%wb", "%%prompt"):
        shell.set_hook("complete_command", magics.completions, str_key=begin)


def _show(going: Underway) -> None:
    """A round under way that stands last in a cell: a widget, or, where there is none, in words."""
    from IPython.display import display

    if find_spec("anywidget") is None:
        display(Standing(going.runs))
        return
    from workbench.notebook.live import Live, Shown

    live = Live(going)
    handle = display(Shown(live), display_id=True)
    live.when_over(lambda: handle.update(Shown(live)))


def _has_key(text: str, key: str) -> bool:
    return re.search(rf"^{key}\s*:", text, re.MULTILINE) is not None


def _as_yaml(cell: str, files: Mapping[str, str]) -> str:
    """A cell as a prompt file: its lines keep their numbers, what earlier cells gave comes last."""
    if _has_key(cell, "messages"):
        text = cell if cell.endswith("\n") else cell + "\n"
        said = {"model": _MODEL, "max_tokens": _MAX_TOKENS}
        body = {key: value for key, value in said.items() if not _has_key(cell, key)}
    else:
        body = {"model": _MODEL, "max_tokens": _MAX_TOKENS}
        words = json.dumps([{"role": "user", "content": cell.strip("\n")}], ensure_ascii=False)
        text = f"messages: {words}\n"
    named = {key: f"file://{name}" for key, name in files.items()}
    return text + "".join(f"{key}: {value}\n" for key, value in {**body, **named}.items())


def _from(names: Mapping[str, Any], wanted: tuple[str, ...]) -> dict[str, str]:
    """The Python variables that fill these, told by `str`; what is code fills nothing."""
    found = {name: names[name] for name in wanted if name in names}
    return {name: str(value) for name, value in found.items() if not callable(value)}
