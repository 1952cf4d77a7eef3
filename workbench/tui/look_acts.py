"""What can be done where runs are compared or looked into; help, palette and key map know it."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.tui.acts import ACTS, Act

_EVERYWHERE = tuple(act for act in ACTS if act.name in ("help", "palette", "suspend", "quit"))
_REVIEW = tuple(act for act in ACTS if act.name in ("resume", "review"))


def _rate(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False) -> Act:
    return Act(name, keys, label, tells, "Results", foot, wanted=True)


RATE_GOOD = _rate(
    "rate_good", ("plus",), "pass", "Let the answer pass, whatever its checks say.", foot=True
)
RATE_BAD = _rate(
    "rate_bad", ("minus",), "fail", "Let the answer fail, whatever they say.", foot=True
)
_GRADES = (
    RATE_GOOD,
    RATE_BAD,
    *(
        _rate(f"rate_{n}", (str(n),), f"{n} of 5", f"Rate the answer {n} of 5.")
        for n in range(1, 6)
    ),
    _rate("rate_note", ("e",), "note", "A note on the answer, kept with it."),
)
RATINGS = (
    *_GRADES,
    _rate("rate_undo", ("u",), "undo", "Take the last rating, note or promotion back."),
)
"""What can be said of an answer, and taken back."""
RATE = _rate("rate", ("s",), "rate", "Rate the answer: pass, fail, 1 to 5, a note.")
"""All of them, in a place where their own keys mean something else."""
PROMOTE = _rate("promote", ("P",), "promote", "Make the variant its file's base; the diff first.")


def _compare(
    name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False
) -> Act:
    return Act(name, keys, label, tells, "Compare", foot)


COMPARE_ACTS = (
    _compare("swap", ("s",), "swap", "Swap left and right."),
    _compare("unify", ("u",), "one text", "One text with both, or side by side."),
    _compare("by_lines", ("l",), "lines", "Mark lines that differ, or words."),
    _compare("by_fields", ("f",), "fields", "The fields of JSON and tool calls that differ."),
    _compare("by_prompts", ("p",), "prompts", "What was sent for the two; again, their answers."),
    _compare("change_next", ("n",), "next", "To the next difference.", foot=True),
    _compare("change_before", ("N",), "before", "To the difference before."),
    _compare(
        "pair_next", ("right_square_bracket",), "next run", "The next run at the right.", foot=True
    ),
    _compare("pair_before", ("left_square_bracket",), "run before", "The run before."),
    *_GRADES,
    _compare("unrate", ("U",), "undo", "Take the last rating or note back."),
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


_JUDGING = (
    *RATINGS,
    _rate("inspect_answer", ("i",), "inspect", "Request, answer, every event of this one."),
    PROMOTE,
    _rate("compare_answers", ("c",), "compare", "Hold it against the next answer."),
)


def _grid(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False) -> Act:
    return Act(name, keys, label, tells, "Results", foot)


GROUPS = _grid("groups", ("g",), "groups", "The same answers as one; where others differ.")
JUDGE = Act(
    "judge", ("J",), "judge", "Have a model judge: what that costs first.", "Results", wanted=True
)
RESULTS_ACTS = (
    _grid("open_cell", ("enter",), "open", "The answer of a cell, with its checks.", foot=True),
    _grid(
        "filter_next", ("f",), "filter", "All cases, those that differ, those that fail.", foot=True
    ),
    _grid(
        "filter_words", ("slash", "ctrl+f"), "search", "Find cases by words of case and answers."
    ),
    GROUPS,
    _grid("charts", ("v",), "charts", "Cost against quality, and how latency spreads."),
    *_JUDGING,
    JUDGE,
    _rate("export_results", ("x",), "export", "Write all this as a page for others."),
    _grid(
        "results_leave", ("escape",), "back", "To all cases; then where it was opened.", foot=True
    ),
    *_REVIEW,
    *_EVERYWHERE,
)

CELL_ACTS = (
    _grid("answer_next", ("right_square_bracket",), "next", "The case's next answer.", foot=True),
    _grid("answer_before", ("left_square_bracket",), "before", "The case's answer before."),
    GROUPS,
    *_JUDGING,
    _grid("cell_leave", ("escape",), "back", "Back to the grid.", foot=True),
    *_REVIEW,
    *_EVERYWHERE,
)


def _vote(name: str, keys: tuple[str, ...], label: str, tells: str, *, foot: bool = False) -> Act:
    return Act(name, keys, label, tells, "Review", foot)


REVIEW_ACTS = (
    _vote("vote_left", ("1", "left"), "left", "The left answer is better.", foot=True),
    _vote("vote_right", ("2", "right"), "right", "The right answer is better.", foot=True),
    _vote("vote_tie", ("3",), "tie", "Neither answer is better.", foot=True),
    _vote("vote_bad", ("4",), "both bad", "Neither answer is any good.", foot=True),
    _vote("vote_skip", ("space",), "skip", "Put the pair off: it comes again at the end."),
    _vote(
        "vote_undo", ("u",), "undo", "Take the last vote back, and see its pair again.", foot=True
    ),
    _vote("vote_asked", ("a",), "asked", "All that both were asked, or how it begins."),
    _vote("vote_note", ("e",), "note", "A note, kept with the vote on this pair."),
    _vote("reveal", ("r",), "reveal", "Who wrote the two answers that were voted on last."),
    _vote("review_result", ("enter",), "result", "What it came to, by name; again, the pairs."),
    PROMOTE,
    _vote("review_leave", ("escape",), "back", "Back to where it was opened; votes are kept."),
    *_EVERYWHERE,
)

GROUPS_ACTS = (
    _grid("group_next", ("right_square_bracket",), "next", "The next variant's.", foot=True),
    _grid("group_before", ("left_square_bracket",), "before", "The variant's before.", foot=True),
    _grid("groups_leave", ("escape",), "back", "Back to the results.", foot=True),
    *_EVERYWHERE,
)

CHARTS_ACTS = (
    _grid("chart_next", ("right_square_bracket",), "next", "The next chart.", foot=True),
    _grid("chart_before", ("left_square_bracket",), "before", "The chart before.", foot=True),
    _grid("charts_leave", ("escape",), "back", "Back to the results.", foot=True),
    *_EVERYWHERE,
)

LOOKS: Mapping[str, tuple[Act, ...]] = {
    "compare": COMPARE_ACTS,
    "request and answer": INSPECT_ACTS,
    "results": RESULTS_ACTS,
    "answer": CELL_ACTS,
    "groups": GROUPS_ACTS,
    "charts": CHARTS_ACTS,
    "review": REVIEW_ACTS,
}
"""What each of these screens does, by what it is called."""
READ = ("compare", "request and answer", "answer", "groups", "review")
"""Those with a text to read in."""
