"""Everything a user can do, by name: footer, help, palette and key map derive from this list."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding

KINDS = ("prompt", "system", "tools")
"""The editors, from left to right."""


@dataclass(frozen=True, slots=True)
class Act:
    """One named action.

    Args:
        name: Its name; where the screen does it, its method is `action_` and this name.
        keys: Keys that do it, the one to show first.
        label: One or two words for the footer.
        tells: One sentence for help and palette.
        group: Under which heading help lists it.
        footer: Whether the footer shows it.
        wanted: Whether the screen only posts that it is wanted; the desk does it.
        edits: Whether the focused editor does it.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    tells: str
    group: str
    footer: bool = False
    wanted: bool = False
    edits: bool = False

    @property
    def action(self) -> str:
        """What the screen that has this act runs for it."""
        if self.edits:
            return f"edit('{self.name}')"
        return f"want('{self.name}')" if self.wanted else self.name

    @property
    def title(self) -> str:
        """What the palette calls it."""
        return f"{self.label[0].upper()}{self.label[1:]}  {self.shown_key}"

    @property
    def shown_key(self) -> str:
        """The first key, as people write it."""
        return shown_key(self.keys[0])


def shown_key(key: str) -> str:
    """A key as people write it: ^r, esc, F5."""
    names = {
        "escape": "esc",
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "less_than_sign": "<",
        "greater_than_sign": ">",
        "question_mark": "?",
        "left": "←",
        "right": "→",
        "up": "↑",
        "down": "↓",
        "pageup": "PgUp",
        "pagedown": "PgDn",
        "underscore": "/",  # what terminals send for ^/
        "home": "Home",
        "end": "End",
        "slash": "/",
    }
    *held, key = key.split("+")
    key = "+".join((*held, names.get(key, key))).replace("ctrl+", "^")
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key


ACTS = (
    Act(
        "run",
        ("ctrl+r", "f5"),
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
    Act(
        "cost_limit",
        ("ctrl+n", "f10"),
        "cost limit",
        "What a round, and each of its runs, may cost.",
        "Round",
        wanted=True,
    ),
    Act(
        "save", ("f2",), "save", "Save every file with unsaved changes.", "Files", True, wanted=True
    ),
    Act(
        "prompts",
        ("ctrl+t",),
        "prompts",
        "Another prompt, or a file that this one includes.",
        "Files",
        True,
        wanted=True,
    ),
    Act(
        "sessions",
        ("ctrl+g",),
        "sessions",
        "Open a saved session and replay it.",
        "Files",
        True,
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
    Act("editor", ("f4",), "$EDITOR", "Edit the focused file in $EDITOR.", "Files", wanted=True),
    Act(
        "reload", ("f8",), "reload", "Take the focused file as it is on disk.", "Files", wanted=True
    ),
    Act("jump", ("ctrl+o",), "jump", "Jump by one letter; in a pane, by a digit alone.", "View"),
    Act("find", ("ctrl+f",), "find", "Find in the focused editor or pane.", "View"),
    Act("next_panel", ("f6",), "next", "Focus the next editor or pane.", "View"),
    Act("layout", ("f3",), "layout", "Editors and panes, editors only, panes only.", "View"),
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
    Act("help", ("f1", "question_mark"), "keys", "List the keys.", "App", True),
    Act("quit", ("ctrl+q",), "quit", "Leave; asks first where something is unsaved.", "App"),
)

REPLAY_ACTS = (
    Act("pause", ("space",), "pause", "Pause the replay, or go on.", "Replay"),
    Act(
        "step_back",
        ("left_square_bracket", "["),
        "step back",
        "Back to before the last event.",
        "Replay",
    ),
    Act("step", ("right_square_bracket", "]"), "step", "One event further.", "Replay"),
    Act("slower", ("less_than_sign", "<"), "slower", "Half the speed.", "Replay"),
    Act("faster", ("greater_than_sign", ">"), "faster", "Twice the speed.", "Replay"),
    Act("seek_back", ("left",), "back", "Back by a twentieth of the round.", "Replay"),
    Act("seek_on", ("right",), "on", "On by a twentieth of the round.", "Replay"),
    Act(
        "fork",
        ("f",),
        "fork",
        "The run's documents in the editors, as they were.",
        "Replay",
    ),
    Act("loop", ("l",), "loop", "Begin again at the end, or do not.", "Replay"),
    Act("round_before", ("p",), "round before", "The session's round before this one.", "Replay"),
    Act("round_after", ("n",), "round after", "The session's next round.", "Replay"),
    Act("leave", ("escape",), "leave", "Back to the workbench.", "Replay"),
)


def bindings_of(acts: tuple[Act, ...], *, priority: bool = True) -> list[Binding]:
    """Textual's bindings for these acts.

    Args:
        acts: The acts.
        priority: Whether they come before what a focused widget binds.
    """
    return [
        Binding(
            key,
            act.action,
            act.label,
            show=False,
            priority=priority and key not in _TYPED,
            id=f"{act.name}.{key}",
        )
        for act in acts
        for key in act.keys
    ]


_TYPED = ("question_mark", "space", "p", "n", "l", "f", "[", "]", "<", ">", "left", "right")
"""Keys that a focused editor types or moves by: they act only where nobody takes them."""
