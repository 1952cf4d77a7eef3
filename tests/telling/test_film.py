"""A film shows any moment of a run as telling it from the start would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answers import start, stop, text
from tests.telling.test_flow import ALPHABET
from tests.tui.runs import begun, delta, ended, happenings
from workbench.run import Closed, Run, RunEvent, Sent
from workbench.telling.film import Film
from workbench.telling.flow import Flow
from workbench.telling.transcript import Transcript, View

PIECES = st.lists(st.text(ALPHABET, min_size=1, max_size=20), min_size=1, max_size=6)


def moments(pieces: list[str]) -> list[Run]:
    """A run after each of its events: words, thinking, a citation, a call, words again."""
    call = begun(2, type="tool_use", id="t", name="look", input={})
    said = happenings(
        Sent(),
        start(),
        begun(0, type="thinking", thinking="", signature=""),
        [delta(0, type="thinking_delta", thinking=piece) for piece in pieces],
        ended(0),
        text(*pieces, index=1)[:-1],
        delta(1, type="citations_delta", citation={"title": "Handbook", "url": "x.test"}),
        ended(1),
        call,
        [delta(2, type="input_json_delta", partial_json=part) for part in ('{"a": [1', "]}")],
        ended(2),
        text(*pieces, index=3),
        stop(),
        Closed("eof"),
    )
    run, found = Run("r1-1", "r1", "base"), []
    for at, what in enumerate(said):
        run = run.after(RunEvent("r1-1", at / 10, what))
        found.append(run)
    return found


def shown(flow: Flow) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every row: its text, and its pieces with their kinds."""
    return [
        (flow.lines[at].text[start:end], [*flow.lines[at].pieces(start, end)])
        for at, start, end in flow.rows
    ]


def told(run: Run, view: View, width: int) -> Flow:
    """A run told from its start."""
    flow = Flow(width)
    for kind, words in Transcript(view).news(run) or []:
        flow.append(kind, words)
    return flow


@given(PIECES, st.integers(4, 25), st.integers(1, 9), st.booleans())
def test_any_moment_is_shown_as_if_told_from_the_start(
    pieces: list[str], width: int, every: int, folded: bool
) -> None:
    """Whichever moments were taken: rows, kinds, and what may be copied; again and again."""
    runs, view = moments(pieces), View(folded=folded)
    film = Film(view, width)
    for run in runs[::every]:
        film.take(run)
    for run in (*runs, *reversed(runs)):
        flow, transcript = film.before(run)
        for kind, words in transcript.news(run) or []:
            flow.append(kind, words)
        expected = told(run, view, width)
        assert shown(flow) == shown(expected)
        assert flow.text == expected.text
        assert [line.edits for line in flow.lines] == [line.edits for line in expected.lines]


def test_going_back_is_noticed_by_a_transcript() -> None:
    """From any moment to any before it that shows less, nothing is told as news."""
    runs = moments(["Hello ", "there"])
    for late, run in enumerate(runs):
        for earlier in runs[:late]:
            transcript = Transcript()
            transcript.news(run)
            before, now = told(earlier, View(), 80).text, told(run, View(), 80).text
            assert before == now or transcript.news(earlier) is None


@pytest.mark.parametrize("view", [View(json=True), View(folded=True), View()])
def test_a_film_fits_only_what_is_told_its_way(view: View) -> None:
    """Another view, another width, lines that are not wrapped: another film."""
    film, flow = Film(View(), 20), Flow(20)
    assert film.fits(view, flow) == (view == View())
    flow.rewrap(21)
    assert not film.fits(View(), flow)
    flow.rewrap(20, wraps=False)
    assert not film.fits(View(), flow)
