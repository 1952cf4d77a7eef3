"""A run told as pieces of text: each block in its way, and how it ended in words."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.answers import start, stop, text
from tests.tui.runs import after, begun, cost_of, delta, ended, run, streaming, whole
from workbench.run import Closed, Discarded, Run, RunEvent, RunProblem, Sent
from workbench.telling.meter import meter
from workbench.telling.pretty import PrettyJson
from workbench.telling.transcript import MOST_JSON, Transcript, View, is_json
from workbench.tui.acts import key_of
from workbench.tui.spoken import to_press
from workbench.wire.events import BlockStart, TextDelta

PLAIN = View()


def told(run: Run, view: View = PLAIN) -> str:
    """All that is told of a run."""
    return "".join(text for _, text in Transcript(view).news(run) or [])


def by_pieces(view: View, *runs: Run) -> list[str | None]:
    """What is told of a run at each of these moments."""
    transcript = Transcript(view)
    news = [transcript.news(run) for run in runs]
    return [None if new is None else "".join(text for _, text in new) for new in news]


def kinds(run: Run) -> list[str]:
    """The kinds of the pieces told of a run, blank lines left out."""
    return [kind for kind, text in Transcript().news(run) or [] if text.strip("\n")]


def test_only_what_is_new_is_told() -> None:
    """Each call tells what came since the last one."""
    transcript, now = Transcript(), streaming("Hello")
    assert transcript.news(now) == [("text", "Hello")]
    assert transcript.news(now) == []
    now = after(now, delta(0, type="text_delta", text=" world"))
    assert transcript.news(now) == [("text", " world")]


def test_a_tool_call_is_laid_out_as_it_arrives() -> None:
    """Name first, then its arguments, indented piece by piece."""
    transcript = Transcript()
    now = run(Sent(), start(), begun(0, type="tool_use", id="t", name="get_order", input={}))
    shown = [text for _, text in transcript.news(now) or []]
    for piece in ('{"order_id": "A', '-1", "deep": {"list": [1, 2], "e": {}}', "}"):
        now = after(now, delta(0, type="input_json_delta", partial_json=piece))
        shown += [text for _, text in transcript.news(now) or []]
    now = after(now, ended(0))
    shown += [text for _, text in transcript.news(now) or []]
    assert "".join(shown) == (
        '→ get_order({\n  "order_id": "A-1",\n  "deep": {\n    "list": [\n      1,\n      2\n    ],'
        '\n    "e": {}\n  }\n})'
    )


def test_a_tool_call_without_arguments_is_empty_brackets() -> None:
    """No arguments: nothing between the brackets; arguments given whole are told too."""
    none = begun(0, type="tool_use", id="t", name="ping", input={})
    given_whole = begun(0, type="tool_use", id="t", name="ping", input={"a": 1})
    assert told(run(Sent(), start(), none, ended(0))) == "→ ping()"
    assert told(run(Sent(), start(), given_whole, ended(0))) == '→ ping({\n  "a": 1\n})'


def test_a_tool_call_cut_off_says_so() -> None:
    """Half a call cannot be mistaken for a call."""
    half = [
        begun(0, type="tool_use", id="t", name="pay", input={}),
        delta(0, type="input_json_delta", partial_json='{"usd": 1'),
    ]
    words = told(run(Sent(), start(), half, stop("max_tokens"), Closed("eof")))
    assert "cut off inside its arguments" in words
    assert "})" not in words


def test_blocks_are_set_apart() -> None:
    """Thinking, words and calls each have a kind, and a blank line between them."""
    now = run(
        Sent(),
        start(),
        begun(0, type="thinking", thinking="", signature=""),
        delta(0, type="thinking_delta", thinking="Hmm."),
        ended(0),
        text("Right.\n", index=1),
    )
    assert kinds(now) == ["label", "thinking", "text"]
    assert told(now) == "thinking\nHmm.\n\nRight.\n"


def test_folded_thinking_is_its_length() -> None:
    """While it streams only that it does; its length once it is whole. Nothing said is unsaid."""
    begins = run(Sent(), start(), begun(0, type="thinking", thinking="", signature=""))
    some = after(begins, delta(0, type="thinking_delta", thinking="x" * 1200))
    whole_of_it = after(some, delta(0, type="thinking_delta", thinking="y" * 4), ended(0))
    then = after(whole_of_it, text("Right.", index=1))

    folded = by_pieces(View(folded=True), begins, some, whole_of_it, then)
    assert folded == ["", "thinking", ", 1,204 characters", "\n\nRight."]
    assert told(then, View(folded=True)) == "thinking, 1,204 characters\n\nRight."


def test_markdown_is_rendered_around_what_is_none() -> None:
    """Words with the numbers of their sources are rendered as one; thinking and ends are not."""
    cite = {"type": "char_location", "document_title": "Policy", "document_index": 0}
    now = run(
        Sent(),
        start(),
        begun(0, type="thinking", thinking="**hm**", signature=""),
        ended(0),
        begun(1, type="text", text=""),
        delta(1, type="text_delta", text="- **Ten"),
        delta(1, type="citations_delta", citation=cite),
        ended(1),
        text(" days**\n- <b>x</b>", index=2),
        stop("max_tokens"),
        Closed("eof"),
    )
    assert told(now, View(markdown=True)) == (
        "thinking\n**hm**\n\n• Ten[1] days\n• <b>x</b>\n\n[1] Policy\n\n"
        "Cut off at max_tokens.\nRaise max_tokens to let it finish."
    )


def test_json_is_laid_out_as_it_arrives() -> None:
    """A structured answer, fed in pieces; told at once it is the same."""
    first, then = streaming('{"a": [1,'), whole('{"a": [1,', "2]}")
    laid_out = by_pieces(View(json=True), first, then)
    assert laid_out == ['{\n  "a": [\n    1,\n    ', "2\n  ]\n}"]
    assert told(then, View(json=True)) == "".join(map(str, laid_out))
    assert is_json(then)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("[Note] two  words", "[Note] two  words"),
        ("{not json}", "{not json}"),
        ("plain", "plain"),
        ("7", "7"),
        ('```json\n{"a":1}\n```', '{\n  "a": 1\n}'),
        ("[" * 3000, "[" * 3000),
    ],
)
def test_what_only_looks_like_json_is_told_as_it_came(answer: str, shown: str) -> None:
    """Taken for JSON while it streamed, it is told again once it is whole; fenced JSON too."""
    assert told(whole(answer), View(json=True)) == shown
    *_, last = by_pieces(View(json=True), streaming(answer), whole(answer))
    assert last is None or not last
    assert is_json(whole(answer)) == (shown.startswith("{\n"))


def test_a_picture_is_a_line() -> None:
    """Its type, its size, and what it costs in tokens where that is known."""
    png = "iVBORw0KGgoAAAANSUhEUgAAA+gAAAPoCAYAAAAG"  # the head of one of 1,000 by 1,000
    source = {"type": "base64", "media_type": "image/png", "data": png}
    now = run(Sent(), start(), begun(0, type="image", source=source), ended(0))
    assert told(now) == "image, image/png, 1,000 × 1,000, 0.0 kB"
    assert told(now, View(image_tier="standard")).endswith(", 1,296 tokens")
    place = {"type": "url", "url": "https://e.example/x.png"}
    assert told(run(Sent(), begun(0, type="image", source=place), ended(0))) == (
        "image, https://e.example/x.png"
    )


def test_thinking_kept_back_is_named() -> None:
    """A signature without words, or data that nobody can read, is said, not hidden."""
    silent = [begun(0, type="thinking", thinking="", signature=""), ended(0)]
    redacted = [begun(1, type="redacted_thinking", data="x" * 1234), ended(1)]
    words = told(run(Sent(), start(), silent, redacted))
    assert "does not show it" in words
    assert "redacted thinking (1,234 characters, not readable)" in words


def test_a_block_of_unknown_type_is_shown_by_its_type() -> None:
    """Whatever a provider invents is shown: its type and its JSON, a long one shortened."""
    words = told(run(Sent(), start(), begun(0, type="hologram", depth=3), ended(0)))
    assert words == 'hologram {"depth":3}'
    long = told(run(Sent(), start(), begun(0, type="hologram", data="x" * 9_000), ended(0)))
    assert (
        f"and {9_000 + len(json.dumps({'data': ''}, separators=(',', ':'))) - MOST_JSON:,}" in long
    )


def test_citations_are_numbered_by_source() -> None:
    """The same source has the same number, and the sources are named at the end."""
    cite = {"type": "char_location", "document_title": "Policy", "document_index": 0}
    other = {"type": "web_search_result_location", "title": "Blog", "url": "https://b.example"}
    now = run(
        Sent(),
        start(),
        begun(0, type="text", text=""),
        delta(0, type="text_delta", text="Ten days"),
        delta(0, type="citations_delta", citation=cite),
        ended(0),
        text(", says", index=1),
        begun(2, type="text", text=""),
        delta(2, type="text_delta", text=" one"),
        delta(2, type="citations_delta", citation=other),
        delta(2, type="citations_delta", citation=cite),
        ended(2),
        stop(),
        Closed("eof"),
    )
    assert told(now) == "Ten days[1], says\n\n one[1][2]\n\n[1] Policy\n[2] Blog  https://b.example"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((text("x"), stop("max_tokens"), Closed("eof")), "Raise max_tokens"),
        ((text("x"), stop("refusal"), Closed("eof")), "declined"),
        ((text("x"), stop("model_context_window_exceeded"), Closed("eof")), "context window"),
        ((stop(), Closed("eof")), "An empty answer"),
        ((text("x"), Closed("eof")), "before the answer was whole"),
        ((text("x"), Closed("aborted")), "Cancelled."),
        ((text("x"), Closed("stalled")), "too long"),
        ((text("x"), Closed("broken", RunProblem("c", "reset by peer", "Try."))), "peer\nTry."),
        (
            (Closed("failed", RunProblem("x", "no", "Set it.", 401, "req_1")),),
            "no\nSet it.\nrequest req_1",
        ),
    ],
)
def test_an_unusual_end_is_said_in_words(said: tuple[object, ...], words: str) -> None:
    """Whatever kept an answer from ending well is told under it, with what to do."""
    assert words in told(run(Sent(), start(), *said))


def test_a_usual_end_needs_no_words() -> None:
    """A whole answer stands alone."""
    assert told(whole("Hello")) == "Hello"


def test_the_end_is_told_once() -> None:
    """A run shown again after its end has nothing new."""
    transcript, over = Transcript(), run(Sent(), start(), text("x"), Closed("aborted"))
    assert transcript.news(over)
    assert transcript.news(over) == []


@pytest.mark.parametrize(
    "said",
    [
        [begun(0, type="text", text="", citations="none"), stop(), Closed("eof")],
        [begun(0, type="text", text="x", citations=[1, None]), stop(), Closed("eof")],
        [begun(0, type="odd", value=float("nan")), ended(0)],
        [begun(0), begun(1, type=7), begun(2, type="tool_use"), Closed("eof")],
        [begun(0, type="image", source="x"), begun(1, type="thinking", thinking=3), Closed("eof")],
        [{"type": "message_delta", "delta": {"stop_reason": ["x"], "stop_details": "y"}}],
        [stop("refusal"), Closed("eof")],
    ],
)
def test_what_no_provider_should_send_is_told_all_the_same(said: list[object]) -> None:
    """Nothing in an answer, however misshapen, stops the display."""
    now = run(Sent(), start(), *said)
    for over in (now, after(now, {"type": "message_stop"}, Closed("eof"))):
        assert isinstance(told(over), str)
        assert len(meter(over, cost_of(over), 40)) == 2


def test_tries_that_were_refused_are_told_below_the_end() -> None:
    """Each with its request id; whether the last try was answered or not."""
    busy = RunProblem("overloaded_error", "529: busy", "Later.", 529, "req_1")
    lost = RunProblem("connection", "no connection")
    tries = "try 1 refused: 529: busy (request req_1)\ntry 2 refused: no connection"
    before = [Sent(), Discarded(busy, 1.0), Sent(2), Discarded(lost, 1.0), Sent(3)]

    assert told(run(*before, start(), text("Hello"), stop(), Closed("eof"))) == f"Hello\n\n{tries}"
    assert told(run(*before, Closed("failed", busy))).endswith(f"request req_1\n\n{tries}")
    assert "refused" not in told(run(*before, start(), text("Hello")))
    same = [Sent(), Discarded(lost, 1.0), Sent(2), Closed("failed", lost)]
    assert told(run(*same)).endswith("no connection\n\ntried 2 times")


def test_what_to_press_for_another_provider_is_said_where_one_is_out_of_reach() -> None:
    """And nowhere else: a provider that refuses was reached. A cost limit has a key of its own."""
    view = View(to_press=to_press)
    lost = RunProblem("connection", "no connection", "Is it on?")
    assert told(run(Sent(), Closed("failed", lost)), view) == (
        f"no connection\nIs it on?\n{key_of('provider')}: another provider, or the simulator."
    )
    assert "another" not in told(run(Sent(), start(), text("Hel"), Closed("broken", lost)), view)
    refused = RunProblem("overloaded_error", "529: busy", status=529)
    assert "another" not in told(run(Sent(), Closed("failed", refused)), view)
    dear = RunProblem("cost_limit", "stopped: it has cost $1")
    assert told(run(Sent(), Closed("aborted", dear)), view).endswith("what a run may cost.")


def test_brackets_without_end_stay_small() -> None:
    """A model that only opens brackets cannot make the pane hold a hundred times as much."""
    assert len(PrettyJson().feed("[" * 5_000)) < 5_000 * 40


def test_a_block_that_grows_late_makes_it_begin_again() -> None:
    """Where an earlier block grows after a later one was told, appending would be wrong."""
    now = run(Sent(), start(), text("a"), text("b", index=1))
    transcript = Transcript()
    transcript.news(now)
    late = after(now, delta(0, type="text_delta", text="!"))
    assert transcript.news(late) is None
    assert told(late) == "a!\n\nb"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES, st.data(), st.booleans())
def test_laying_json_out_changes_nothing_but_blanks(
    value: object, data: st.DataObject, ascii_only: bool
) -> None:
    """Fed in any pieces, the JSON laid out is the JSON itself, as `json.dumps` would indent it."""
    given_text = json.dumps(value, ensure_ascii=ascii_only)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(given_text)), max_size=6)))
    pretty = PrettyJson()
    edges = [0, *cuts, len(given_text)]
    out = "".join(pretty.feed(given_text[a:b]) for a, b in pairwise(edges))
    assert out == json.dumps(value, ensure_ascii=ascii_only, indent=2)


@given(st.text('{}[],:"\\ ax\n\xa0\u3000', max_size=40), st.integers(0, 40))
@example("0\xa0", 1)
def test_what_is_no_json_is_laid_out_all_the_same(text: str, cut: int) -> None:
    """Nothing that a model writes as arguments stops the display, and only JSON's blanks are lost.

    Nor does it matter in which pieces it came.
    """
    blanks, pretty = str.maketrans("", "", " \t\r\n"), PrettyJson()
    laid_out = PrettyJson().feed(text)
    assert laid_out.translate(blanks) == text.translate(blanks)
    assert (pretty.feed(text[:cut]) + pretty.feed(text[cut:])).translate(blanks) == (
        laid_out.translate(blanks)
    )


@pytest.mark.parametrize("later", [0, 1])
def test_a_start_that_comes_late_has_the_block_told_anew(later: int) -> None:
    """Deltas came before it, perhaps of the next block too: what was told is not what it is."""
    now, transcript = Run("a"), Transcript()
    call = {"type": "tool_use", "id": "t", "name": "find", "input": {}}
    begins = {"type": "content_block_start", "index": 0, "content_block": call}
    events: list[TextDelta | BlockStart] = [TextDelta(n, "") for n in range(later + 1)]
    for what in (*events, BlockStart(begins)):
        now = now.after(RunEvent("a", 0.0, what))
        news = transcript.news(now)

    assert news is None
    assert "find" in told(now)
