"""What can be done where runs are compared or looked into; help, palette and key map know it."""

from __future__ import annotations

from workbench.tui.acts import ACTS, Act

_EVERYWHERE = tuple(act for act in ACTS if act.name in ("help", "palette", "quit"))


def _compare(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool) -> Act:
    return Act(name, keys, label, tells, "Compare", foot)


COMPARE_ACTS = (
    _compare("swap", ("s",), "swap", "Swap left and right.", foot=True),
    _compare("unify", ("u",), "one text", "One text with both, or side by side.", foot=True),
    _compare("by_lines", ("l",), "lines", "Mark lines that differ, or words.", foot=False),
    _compare("change_next", ("n",), "next", "To the next difference.", foot=True),
    _compare("change_before", ("N",), "before", "To the difference before.", foot=False),
    _compare(
        "pair_next", ("right_square_bracket",), "next run", "The next run at the right.", foot=True
    ),
    _compare("pair_before", ("left_square_bracket",), "run before", "The run before.", foot=False),
    _compare("compare_leave", ("escape",), "back", "Back to where it was opened.", foot=True),
    *_EVERYWHERE,
)


def _inspect(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool) -> Act:
    return Act(name, keys, label, tells, "Request and answer", foot)


INSPECT_ACTS = (
    _inspect("page_next", ("right_square_bracket",), "next", "The next page of it.", foot=True),
    _inspect("page_before", ("left_square_bracket",), "before", "The page before.", foot=True),
    _inspect("inspect_leave", ("escape",), "back", "Back to the panes.", foot=True),
    *_EVERYWHERE,
)
