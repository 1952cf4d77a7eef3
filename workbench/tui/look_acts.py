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


def _rate(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False) -> Act:
    return Act(name, keys, label, tells, "Results", foot, wanted=True)


PROMOTE = _rate("promote", ("P",), "promote", "Make the variant its file's base; the diff first.")

_RATING = (
    _rate(
        "rate_good", ("plus",), "pass", "Let the answer pass, whatever its checks say.", foot=True
    ),
    _rate("rate_bad", ("minus",), "fail", "Let the answer fail, whatever they say.", foot=True),
    *(
        _rate(f"rate_{n}", (str(n),), f"{n} of 5", f"Rate the answer {n} of 5.")
        for n in range(1, 6)
    ),
    _rate("rate_note", ("e",), "note", "A note on the answer, kept with it."),
    _rate("rate_undo", ("u",), "undo", "Take the last rating, note or promotion back."),
    _rate("inspect_answer", ("i",), "inspect", "Request, answer, every event of this one."),
    PROMOTE,
    _rate("compare_answers", ("c",), "compare", "Hold it against the next answer."),
)


def _grid(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False) -> Act:
    return Act(name, keys, label, tells, "Results", foot)


RESULTS_ACTS = (
    _grid("open_cell", ("enter",), "open", "The answer of a cell, with its checks.", foot=True),
    _grid(
        "filter_next", ("f",), "filter", "All cases, those that differ, those that fail.", foot=True
    ),
    _grid(
        "filter_words", ("slash", "ctrl+f"), "search", "Find cases by words of case and answers."
    ),
    *_RATING,
    _grid(
        "results_leave", ("escape",), "back", "To all cases; then where it was opened.", foot=True
    ),
    *_EVERYWHERE,
)

CELL_ACTS = (
    _grid("answer_next", ("right_square_bracket",), "next", "The case's next answer.", foot=True),
    _grid("answer_before", ("left_square_bracket",), "before", "The case's answer before."),
    *_RATING,
    _grid("cell_leave", ("escape",), "back", "Back to the grid.", foot=True),
    *_EVERYWHERE,
)
