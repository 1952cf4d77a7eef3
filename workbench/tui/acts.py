"""Everything a user can do, by name: footer, help, palette and key map derive from this list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.keys import format_key

from workbench.tui.ascii import Plain

KINDS = ("prompt", "system", "tools")
"""The editors, from left to right."""


@dataclass(frozen=True, slots=True)
class Act:
    """One named action.

    Args:
        name: Its name; where the screen does it, its method is `action_` and this name.
        keys: Keys that do it unless the user chose others, the one to show first.
        label: One or two words for the footer.
        tells: One sentence for help and palette.
        group: Under which heading help lists it.
        footer: Whether the footer shows it.
        wanted: Whether the screen only posts that it is wanted; the desk does it.
        edits: Whether the focused editor does it.
        does: What is run for it where that is not called as it is.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    tells: str
    group: str
    footer: bool = False
    wanted: bool = False
    edits: bool = False
    does: str = ""

    @property
    def action(self) -> str:
        """What the screen that has this act runs for it."""
        if self.edits:
            return f"edit('{self.name}')"
        return f"want('{self.name}')" if self.wanted else self.does or self.name

    @property
    def title(self) -> str:
        """What the palette calls it."""
        return f"{self.label[0].upper()}{self.label[1:]}  {self.shown_key}".rstrip()

    @property
    def keys_now(self) -> tuple[str, ...]:
        """The keys that do it here and now: the user's, or its own."""
        return _chosen.get(self.name, self.keys)

    @property
    def shown_key(self) -> str:
        """The first of its keys, as people write it; empty where none does it."""
        return shown_key(self.keys_now[0]) if self.keys_now else ""

    @property
    def shown_keys(self) -> str:
        """All its keys, as people write them."""
        return "  ".join(map(shown_key, self.keys_now))


def key_of(name: str, among: Sequence[Act] = ()) -> str:
    """What to press for an act, as people write it, to be put into a sentence.

    Args:
        among: Where to look for it; if not said, what the three main screens do.
    """
    acts = among or (*ACTS, *REPLAY_ACTS, *SESSION_ACTS)
    return next(act.shown_key for act in acts if act.name == name) or "the palette"


_chosen: Mapping[str, tuple[str, ...]] = {}


def choose_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """From now on acts have these keys, by name, in place of their own. For the whole process.

    What acts say of their keys follows at once; what keys do follows from `App.set_keymap`.
    """
    global _chosen
    _chosen = dict(chosen)


_WRITTEN = {
    **{"pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End"},
    **{"enter": "enter", "backspace": "backspace", "ctrl+underscore": "^/"},
}
_ARROWS = ("up", "down", "left", "right")


def shown_key(key: str) -> str:
    """A key as people write it: ^r, esc, F5; where there is but ASCII, an arrow by its name."""
    if key in _WRITTEN:
        return _WRITTEN[key]
    held, plus, last = key.rpartition("+")
    if last[:1] == "f" and last[1:].isdigit():
        last = last.upper()
    by_name = Plain.on and last in _ARROWS  # as signs they would read as other keys: v, ^, <, >
    written = last if by_name else _WRITTEN.get(last) or format_key(last)
    return f"{held}{plus}".replace("ctrl+", "^") + written


ACTS = (
    Act(
        "run",
        ("ctrl+r", "f5", "ctrl+enter"),
        "run",
        "Send every variant, as the editors stand.",
        "Round",
        True,
        wanted=True,
    ),
    Act(
        "cancel",
        ("escape",),
        "cancel",
        "Cancel the focused run; twice, all of them.",
        "Round",
        True,
    ),
    Act("resume", ("alt+shift+r",), "resume", "Send what a round lacks.", "Round", wanted=True),
    Act(
        "provider",
        ("alt+t",),
        "provider",
        "Send rounds to another provider from now on.",
        "Round",
        wanted=True,
    ),
    Act(
        "cost_limit",
        ("ctrl+n", "f10"),
        "cost limit",
        "What a round, and each of its runs, may cost.",
        "Round",
        wanted=True,
    ),
    Act(
        "go_on",
        ("alt+n",),
        "go on",
        "Go on with a pane's conversation, from any turn.",
        "Round",
        wanted=True,
    ),
    Act(
        "variants",
        ("alt+v",),
        "variants",
        "The variants: switch, add, rename, delete them.",
        "Round",
        wanted=True,
    ),
    Act(
        "values",
        ("alt+i",),
        "values",
        "What fills the variables of the next rounds.",
        "Round",
        wanted=True,
    ),
    Act(
        "cases",
        ("alt+s",),
        "cases",
        "The cases that the next rounds are for.",
        "Round",
        wanted=True,
    ),
    Act(
        "allow_code",
        ("alt+shift+y",),
        "allow code",
        "Let checks run Python of this folder; asks first.",
        "Round",
        wanted=True,
    ),
    Act(
        "save", ("f2",), "save", "Save every file with unsaved changes.", "Files", True, wanted=True
    ),
    Act(
        "prompts",
        ("ctrl+t", "alt+h"),
        "prompts",
        "Another prompt, or a file that this one includes.",
        "Files",
        True,
        wanted=True,
    ),
    Act(
        "new_prompt",
        ("alt+shift+n",),
        "new prompt",
        "Begin another prompt of this folder.",
        "Files",
        wanted=True,
    ),
    Act(
        "new_system",
        ("alt+shift+s",),
        "system file",
        "Begin its system file.",
        "Files",
        wanted=True,
    ),
    Act("new_tools", ("alt+shift+o",), "new tools", "Begin its tools file.", "Files", wanted=True),
    Act(
        "sessions",
        ("ctrl+g",),
        "sessions",
        "The saved sessions: search, replay, keep them.",
        "Files",
        True,
        wanted=True,
    ),
    Act(
        "results",
        ("alt+p",),
        "results",
        "The results, cases by variants: filter, look, rate.",
        "Files",
        wanted=True,
    ),
    Act(
        "review",
        ("alt+q",),
        "blind review",
        "Vote on two variants' answers, side by side, unnamed.",
        "Files",
        wanted=True,
    ),
    Act(
        "save_session",
        ("alt+o",),
        "save elsewhere",
        "Save a session that its disk does not take.",
        "Files",
        wanted=True,
    ),
    Act(
        "close_file",
        ("alt+w",),
        "close file",
        "Close the focused file; asks where it is unsaved.",
        "Files",
        wanted=True,
    ),
    Act(
        "editor",
        ("f4",),
        "$EDITOR",
        "Save the focused file, edit it in $EDITOR.",
        "Files",
        wanted=True,
    ),
    Act(
        "reload", ("f8",), "reload", "Take the focused file as it is on disk.", "Files", wanted=True
    ),
    Act("diff", ("alt+d",), "diff", "What is unsaved in the focused file.", "Files", wanted=True),
    Act("jump", ("ctrl+o",), "jump", "Jump by one letter; in a pane, by a digit alone.", "View"),
    Act("find", ("ctrl+f",), "find", "Find in the focused editor or pane.", "View"),
    Act("next_panel", ("f6",), "next", "Focus the next editor or pane.", "View"),
    Act("layout", ("f3",), "layout", "Layout: edit, run, compare.", "View"),
    Act("arrange", ("alt+shift+l",), "grid or row", "Panes: as fits, row, grid, stack.", "View"),
    Act("grow", ("alt+right",), "grow", "More room for the focused editor, or the panes.", "View"),
    Act("shrink", ("alt+left",), "shrink", "Less room for it.", "View"),
    Act("line_up", ("ctrl+up",), "line up", "Move the line under the editors up.", "View"),
    Act("line_down", ("ctrl+down",), "line down", "Move the line under the editors down.", "View"),
    Act("even", ("alt+home",), "even out", "The same room for all, again.", "View"),
    Act(
        "maximize",
        ("f9",),
        "maximize",
        "Show the focused editor or pane alone; again, all.",
        "View",
    ),
    Act(
        "copy_answer",
        ("f7",),
        "copy",
        "Copy what is selected in the pane, or the answer.",
        "View",
    ),
    Act(
        "palette",
        ("ctrl+p",),
        "palette",
        "Find anything that can be done, by its name.",
        "App",
        True,
    ),
    Act("tour", ("alt+shift+t",), "tour", "Five steps to try the workbench by.", "App"),
    Act("settings", ("f12",), "settings", "Theme, keys, pace, wrapping, autosave.", "App"),
    Act("help", ("f1", "question_mark"), "keys", "List the keys.", "App", True),
    Act("suspend", ("alt+shift+z", "ctrl+z"), "suspend", "To the shell; `fg` comes back.", "App"),
    Act("quit", ("ctrl+q",), "quit", "Leave; asks first where something is unsaved.", "App"),
)

REPLAY_ACTS = (
    Act("pause", ("space",), "pause", "Pause the replay, or go on.", "Replay"),
    Act(
        "step_back",
        ("left_square_bracket",),
        "step back",
        "Back to before the last event.",
        "Replay",
    ),
    Act("step", ("right_square_bracket",), "step", "One event further.", "Replay"),
    Act("slower", ("less_than_sign",), "slower", "Slower, down to a quarter.", "Replay"),
    Act("faster", ("greater_than_sign",), "faster", "Faster, up to ten times.", "Replay"),
    Act("seek_back", ("left",), "back", "Back by a twentieth of the round.", "Replay"),
    Act("seek_on", ("right",), "on", "On by a twentieth of the round.", "Replay"),
    Act("seek_to", ("g",), "go to", "To a moment that is typed: 12.5 or 1:02.5.", "Replay"),
    Act(
        "fork",
        ("f",),
        "fork",
        "The run's documents in the editors, as they were.",
        "Replay",
        wanted=True,
    ),
    Act(
        "rerun",
        ("alt+t",),
        "send again",
        "Send the round again, as it was or elsewhere.",
        "Replay",
        wanted=True,
    ),
    Act("loop", ("l",), "loop", "Begin again at the end, or do not.", "Replay"),
    Act("round_before", ("p",), "round before", "The session's round before this one.", "Replay"),
    Act("round_after", ("n",), "round after", "The session's next round.", "Replay"),
    Act("runs_before", ("comma",), "runs before", "Of a very large round, other runs.", "Replay"),
    Act("runs_after", ("full_stop",), "runs after", "The runs after these.", "Replay"),
    Act("leave", ("escape",), "leave", "Back to the workbench.", "Replay"),
)

SESSION_ACTS = (
    Act(
        "replay",
        ("enter",),
        "replay",
        "Show the session again, as it happened.",
        "Sessions",
        True,
        wanted=True,
    ),
    Act(
        "search",
        ("slash", "ctrl+f"),
        "search",
        "Find sessions by words, tags, models, days, cost.",
        "Sessions",
    ),
    Act(
        "describe",
        ("e",),
        "title, tags",
        "Give the session a title, tags or a note.",
        "Sessions",
        True,
        wanted=True,
    ),
    Act("archive", ("a",), "archive", "Out of the list, or back.", "Sessions", True, wanted=True),
    Act("pin_session", ("p",), "pin", "Before all others, or no more.", "Sessions", wanted=True),
    Act(
        "export",
        ("x",),
        "export",
        "Write the session as a file for others.",
        "Sessions",
        True,
        wanted=True,
    ),
    Act(
        "trash",
        ("d", "delete"),
        "trash",
        "Throw the session away; undo brings it back.",
        "Sessions",
        True,
        wanted=True,
    ),
    Act(
        "bring_back",
        ("u",),
        "undo",
        "Undo the last act; bring back from the trash.",
        "Sessions",
        wanted=True,
    ),
    Act(
        "import",
        ("i",),
        "import",
        "Take in llm's logs.db, or promptfoo's results.",
        "Sessions",
        wanted=True,
    ),
    Act(
        "verify",
        ("c",),
        "check",
        "Whether the session's file is whole; repair it.",
        "Sessions",
        wanted=True,
    ),
    Act(
        "preview", ("v",), "preview", "Show what is in the session, or the list alone.", "Sessions"
    ),
    Act("back", ("escape",), "back", "To the list, to all sessions, to the workbench.", "Sessions"),
)


_SHARED = (
    "resume",
    "results",
    "review",
    "go_on",
    "find",
    "jump",
    "next_panel",
    "layout",
    "arrange",
    "grow",
    "shrink",
    "line_up",
    "line_down",
    "even",
    "maximize",
    "copy_answer",
    "settings",
    "help",
    "palette",
    "suspend",
    "quit",
)

_WITH_SESSIONS = ("resume", "results", "review", "palette", "help", "suspend", "quit")

SCREENS: Mapping[str, tuple[Act, ...]] = {
    "workbench": ACTS,
    "replay": (*(act for act in ACTS if act.name in _SHARED), *REPLAY_ACTS),
    "sessions": (*SESSION_ACTS, *(act for act in ACTS if act.name in _WITH_SESSIONS)),
}
"""What each screen does. On one screen no key does two things."""
