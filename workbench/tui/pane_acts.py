"""What can be done in a pane, by name; help, palette and key map have it from here."""

from __future__ import annotations

from workbench.tui.acts import Act
from workbench.tui.look_acts import PROMOTE, RATE, RATE_BAD, RATE_GOOD

GROUP = "In a pane"

FIND_CLOSE = Act(
    "find_close", ("escape",), "close find", "Close the line to find words with.", GROUP
)
TEXT_ACTS = (
    Act(
        "find_words",
        ("slash", "ctrl+f"),
        "find",
        "Find words; capitals count where you type some.",
        GROUP,
    ),
    Act("find_next", ("n",), "next match", "To the next match.", GROUP),
    Act("find_previous", ("N",), "match before", "To the match before.", GROUP),
    FIND_CLOSE,
    Act("wrap", ("w",), "wrap", "Wrap long lines, or scroll them sideways.", GROUP),
    Act("copy", ("y",), "copy", "Copy what is selected, or else the answer.", GROUP),
    Act("select_down", ("shift+down",), "select", "Select the first row, then a row more.", GROUP),
    Act("select_up", ("shift+up",), "select less", "Select a row less.", GROUP),
    Act("select_whole", ("alt+a",), "select all", "Select the whole text.", GROUP),
    Act("scroll_up", ("up",), "up", "A row up.", GROUP),
    Act("scroll_down", ("down",), "down", "A row down.", GROUP),
    Act("page_up", ("pageup",), "page up", "A page up.", GROUP),
    Act("page_down", ("pagedown",), "page down", "A page down.", GROUP),
    Act("scroll_home", ("home",), "start", "To the start.", GROUP),
    Act("scroll_end", ("end",), "end", "To the end, and follow what is new.", GROUP),
    Act("scroll_left", ("left",), "left", "To the left, where lines are not wrapped.", GROUP),
    Act("scroll_right", ("right",), "right", "To the right, where lines are not wrapped.", GROUP),
)
"""What can be done in any text that is only read."""


_IN_TEXT = ("find_words", "wrap", "copy")
PANE_ACTS = (
    Act("menu", ("enter",), "menu", "List what can be done with this pane.", GROUP, wanted=True),
    Act("alone", ("z",), "alone", "Show this pane alone; again, all.", GROUP, wanted=True),
    Act("pin", ("b",), "pin", "Keep it as the baseline, or no longer.", GROUP, wanted=True),
    Act("compare_next", ("c",), "compare", "Compare it with the next pane.", GROUP, wanted=True),
    Act(
        "compare_baseline",
        ("d",),
        "differences",
        "What differs from the baseline.",
        GROUP,
        wanted=True,
    ),
    Act("cancel_this", ("x",), "cancel this", "Cancel this run.", GROUP, wanted=True),
    Act("rerun_this", ("r",), "rerun this", "Send this one again, alone.", GROUP, wanted=True),
    RATE_GOOD,
    RATE_BAD,
    RATE,
    PROMOTE,
    Act("copy_code", ("e", "Y"), "as code", "Copy the request as code.", GROUP, wanted=True),
    Act("inspect", ("i",), "inspect", "Request, answer, every event.", GROUP, wanted=True),
    *TEXT_ACTS,
    Act("markdown", ("m",), "markdown", "Render Markdown once the run has ended, or not.", GROUP),
    Act("fold", ("t",), "thinking", "Fold the thinking to its length, or not.", GROUP),
    Act("json", ("j",), "JSON", "Lay out an answer that is JSON, or not.", GROUP),
)
"""What can be done in and with the pane of one run."""

_COUNT = ("menu", "alone", "compare_next", "rerun_this", "inspect")
IN_FOOTER = tuple(act for act in PANE_ACTS if act.name in _COUNT)
"""What the footer shows while a pane has the focus."""

IN_MENU = tuple(act for act in PANE_ACTS if act not in TEXT_ACTS or act.name in _IN_TEXT)
"""What the pane's menu lists: not how to move about in it."""

SENDING = ("cancel_this", "rerun_this")
"""Acts that a replay has no use for."""
