"""A session's gist tells what came of it without reading it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sessions.helpers import INFO, interleaved, journal_in, planned, saved, story
from workbench.run import Closed, RunProblem
from workbench.sessions.about import annotate
from workbench.sessions.gist import MOST_RUNS, End, Gist, ended
from workbench.sessions.index import Library


def gist(folder: Path) -> Gist:
    """The gist of the one session here, as the index gives it back."""
    with Library(folder) as library:
        (entry,) = library.entries()
        found = library.gist(entry)
    assert found is not None
    return found


def test_a_gist_tells_rounds_and_runs_the_last_round_first(tmp_path: Path) -> None:
    """How each answer begins, its figures, how it ended, what was said of it."""
    with journal_in(tmp_path) as journal:
        journal.begin_round(INFO, planned("a", "b"))
        failed = Closed("failed", RunProblem("overloaded_error", "no room", "Try later."))
        events = [*story("a", "First words.\nSecond line."), *story("b")[:1]]
        for event in interleaved(events, [replace(story("b")[1], what=failed)]):
            journal.write(event)
        journal.begin_round(replace(INFO, round_id="r2"), planned("c", round_id="r2"))
        for event in story("c")[:-4]:
            journal.write(event)
    assert journal.path is not None
    annotate(journal.path, {"note": "zebra", "tags": ["good"]}, of="b")

    last, first = gist(tmp_path).rounds
    assert (first.place, first.prompt, first.values) == (1, "triage", ("ticket=late",))
    good, bad = first.runs
    assert (good.glyph, good.word, good.opening) == (
        "✓",
        "end_turn",
        "First words.\nSecond line.",
    )
    assert good.figures[0] == "9 → 7"
    assert (bad.stands, bad.opening, bad.said) == ("failed", "no room", "#good  zebra")
    assert [run.word for run in last.runs] == ["cut"]


def test_a_long_session_is_told_as_far_as_one_reads(tmp_path: Path) -> None:
    """So many runs, and how many more there are; a long answer by its beginning."""
    ids = [f"run-{number}" for number in range(MOST_RUNS + 5)]
    saved(tmp_path, interleaved(*(story(each, "word " * 400) for each in ids)), *ids)

    (one,) = gist(tmp_path).rounds
    assert [run.run_id for run in one.runs] == ids[:MOST_RUNS]
    assert one.more == 5
    assert all(len(run.opening) <= 400 for run in one.runs)


@pytest.mark.parametrize(
    ("ends", "glyph", "words"),
    [
        ([], "–", "no run"),
        ([("complete", "✓", "end_turn", 3), ("complete", "✓", "tool_use", 1)], "✓", "complete"),
        ([("complete", "✓", "end_turn", 3), ("cut", "⋯", "max_tokens", 2)], "⋯", "2 max_tokens"),
        ([("cut", "■", "aborted", 3), ("cut", "⋯", "max_tokens", 2)], "■", "5 cut off"),
        ([("cut", "■", "aborted", 3), ("failed", "✗", "failed", 1)], "✗", "1 failed"),
        ([("failed", "✗", "failed midway", 1000)], "✗", "1,000 failed"),
    ],
)
def test_how_a_session_ended_is_what_went_wrong(
    ends: list[tuple[str, str, str, int]], glyph: str, words: str
) -> None:
    """A glyph and a word; failures before cuts, cuts before what is complete."""
    assert ended([End(*end) for end in ends]) == (glyph, words)
