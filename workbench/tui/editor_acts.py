"""What can be done in a focused editor, by name; help, palette and key map have it from here."""

from __future__ import annotations

from workbench.tui.acts import Act

GROUP = "In an editor"


def _act(name: str, keys: tuple[str, ...], label: str, tells: str, does: str = "") -> Act:
    return Act(name, keys, label, tells, GROUP, edits=True, does=does)


PANEL_ACTS = (
    _act("replace", ("alt+r",), "replace", "Find and replace."),
    _act("go_to_line", ("alt+g",), "go to line", "Go to a line, or to LINE:COLUMN."),
    _act("next_problem", ("alt+m",), "next problem", "To the next problem, in any file."),
    _act(
        "previous_problem",
        ("alt+shift+m",),
        "problem before",
        "To the problem before, in any file.",
    ),
    _act("next_file", ("ctrl+pagedown", "alt+pagedown"), "next file", "The panel's next file."),
    _act(
        "previous_file",
        ("ctrl+pageup", "alt+pageup"),
        "file before",
        "The panel's file before this one.",
    ),
    _act("line_numbers", ("alt+l",), "line numbers", "Show line numbers, or do not."),
)
"""Done by the panel, wherever in it the focus is."""

TEXT_ACTS = (
    _act(
        "complete",
        ("ctrl+space", "ctrl+@", "alt+u"),
        "complete",
        "Complete: names, models, variables, tools, files.",
    ),
    _act("comment", ("ctrl+underscore",), "comment", "Comment lines out, or in again."),
    _act("move_up", ("alt+up",), "move lines up", "Move the lines up."),
    _act("move_down", ("alt+down",), "move lines down", "Move the lines down."),
    _act("duplicate", ("alt+shift+down",), "duplicate", "Repeat the lines below."),
    _act("dedent", ("shift+tab",), "dedent", "Bring the lines a level back; tab, one deeper."),
    _act("select_all", ("alt+a",), "select all", "Select the whole file."),
    _act("wrap_lines", ("alt+z",), "wrap", "Wrap long lines, or do not."),
    _act("undo", ("ctrl+z",), "undo", "Undo; saving does not end what can be undone."),
    _act("redo", ("ctrl+y",), "redo", "Redo what was undone."),
    _act("cut", ("ctrl+x",), "cut", "Cut what is selected, or else the line."),
    _act("copy_selection", ("ctrl+c",), "copy", "Copy what is selected."),
    _act("paste", ("ctrl+v",), "paste", "Paste what was cut or copied here."),
)
"""Done by the editor itself, while it has the focus."""

EDITOR_ACTS = (*PANEL_ACTS, *TEXT_ACTS)

MOVE_ACTS = (
    _act("cursor_up", ("up",), "up", "A line up."),
    _act("cursor_down", ("down",), "down", "A line down."),
    _act("cursor_left", ("left",), "left", "A character to the left."),
    _act("cursor_right", ("right",), "right", "A character to the right."),
    _act("cursor_word_left", ("ctrl+left",), "word left", "A word to the left."),
    _act("cursor_word_right", ("ctrl+right",), "word right", "A word to the right."),
    _act("cursor_line_start", ("home", "ctrl+a"), "line start", "To the start of the line."),
    _act("cursor_line_end", ("end", "ctrl+e"), "line end", "To the end of the line."),
    _act("cursor_page_up", ("pageup",), "page up", "A page up."),
    _act("cursor_page_down", ("pagedown",), "page down", "A page down."),
    _act("text_start", ("ctrl+home",), "text start", "To the start of the text."),
    _act("text_end", ("ctrl+end",), "text end", "To the end of the text."),
)
"""What every editor does; not worth a line in the palette, but its keys may be others."""

ERASE_ACTS = (
    _act(
        "erase_after",
        ("delete", "ctrl+d"),
        "erase",
        "Erase what is selected, else the character after.",
        "delete_right",
    ),
    _act(
        "erase_word",
        ("ctrl+w", "alt+backspace", "ctrl+backspace"),
        "erase",
        "Erase the word before.",
        "delete_word_left",
    ),
    _act(
        "erase_word_after", ("alt+delete",), "erase", "Erase the word after.", "delete_word_right"
    ),
    _act(
        "erase_to_start",
        ("ctrl+u", "super+backspace"),
        "erase",
        "Erase to the start of the line.",
        "delete_to_start_of_line",
    ),
    _act(
        "erase_to_end",
        ("ctrl+k",),
        "erase",
        "Erase to the end of the line; there, the line.",
        "delete_to_end_of_line_or_delete_line",
    ),
    _act("erase_line", ("ctrl+shift+k",), "erase", "Erase the line.", "delete_line"),
)
"""Likewise. Fields of one line have the same keys, and keep them."""

BAR_ACTS = (
    Act("find_on", ("down",), "on", "In find: the next; so does enter.", GROUP, does="step(1)"),
    Act(
        "find_back",
        ("up", "shift+enter"),
        "back",
        "In find: the one before.",
        GROUP,
        does="step(-1)",
    ),
    Act("find_case", ("alt+c",), "case", "In find: capitals.", GROUP, does="switch('case')"),
    Act(
        "find_regex",
        ("alt+x",),
        "regex",
        "In find: a regular expression.",
        GROUP,
        does="switch('regex')",
    ),
    Act("replace_all", ("alt+a",), "all", "In replace: all; enter, this one.", GROUP),
)
"""What the line to find and replace with does itself."""
