"""A page replays what happened, by itself, and nothing that was said can be more than text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.sessions.exported import HOSTILE, Shown, hostile, session_of
from tests.sessions.helpers import BODY, rounds_of_events
from workbench.run import Closed, Run, RunEvent
from workbench.sessions.export.timeline import timeline
from workbench.sessions.reel import Reel
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.stretch import Single, read_pace
from workbench.telling.meter import meter, said
from workbench.telling.plain import seen
from workbench.telling.transcript import Transcript
from workbench.workbench.export import Wanted, exported
from workbench.workbench.outcome import cost_of

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """The elements of a file with their attributes, and the texts of its scripts and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """A text, and the element that it stands in."""
        self.texts.append((self._inside, data))

    def handle_comment(self, data: str) -> None:
        """A comment: we write none, so somebody else did."""
        raise AssertionError(data)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two rounds of all that is hostile."""
    asked = {**BODY, "system": HOSTILE, "messages": [{"role": "user", "content": HOSTILE}]}
    return read_session(session_of(tmp_path, hostile(), rounds=2, bodies=(asked,)))


def test_hostile_text_cannot_leave_its_place(session: Session) -> None:
    """The file has our own elements and no other, and runs our own script and no other."""
    text = "".join(exported(session, Wanted("html")))
    page = Page(text)

    tags = [tag for tag, _ in page.elements]
    assert tags == [
        *("html", "head", "meta", "meta", "meta", "meta", "title", "style", "body", "noscript"),
        *("script", "script"),
    ]
    known = {"charset", "content", "http-equiv", "name", "lang", "type", "id"}
    assert all(attributes.keys() <= known for _, attributes in page.elements)

    data, script = (text for tag, text in page.texts if tag == "script")
    style = next(text for tag, text in page.texts if tag == "style")
    policy = unescape(str(page.elements[3][1]["content"]))
    hashes = [
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()
        for each in (script, style)
    ]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not set("<>&\u2028\u2029") & set(data)
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) is None
    said = json.loads(data)["rounds"][0]["runs"][0]["tellings"][0]["text"]
    assert seen(HOSTILE) in said


def test_our_script_writes_text_only() -> None:
    """It knows no way to make markup, code or a request out of a text."""
    script = (Path(__file__).parents[2] / "workbench/sessions/export/player.js").read_text("utf-8")

    forbidden = "innerHTML outerHTML insertAdjacentHTML document.write eval Function( setTimeout"
    forbidden += " fetch XMLHttpRequest WebSocket import( .src .href setAttribute('on cookie"
    assert [word for word in forbidden.split() if word in script] == []
    assert "</" not in script
    assert "<!--" not in script


@given(rounds_of_events())
def test_a_timeline_is_what_a_pane_shows(drawn: tuple[list[str], list[RunEvent]]) -> None:
    """At every moment, whatever happened: the very text that a fresh pane would show."""
    run_ids, events = drawn
    for run_id in run_ids:
        own = [event for event in events if event.run_id == run_id]
        ends = [at for at, event in enumerate(own) if isinstance(event.what, Closed)]
        own = own[: ends[0] + 1] if ends else own  # nothing comes after the end
        story = [Single(round(event.at_s * 1000), 0, event) for event in own]
        told = json.loads(json.dumps(timeline(Run(run_id), story, cost_of)))
        run = Run(run_id)
        for at, event in enumerate(own):
            run = run.after(event)
            if at + 1 < len(own) and own[at + 1].at_s == event.at_s:
                continue
            news = Transcript().news(run) or []
            assert shown_at(told, round(event.at_s * 1000)) == seen("".join(t for _, t in news))


def shown_at(told: dict[str, Any], ms: int) -> str:
    """The text of a timeline at a moment, looked up as the page does."""
    ticks = told["ticks"]
    if not ticks:
        return ""
    texts = [telling["text"].encode("utf-16-le", "surrogatepass") for telling in told["tellings"]]
    whole = sum(len(text) // 2 for text in texts)
    grown, waits_ms, _ = read_pace(told["pace"], whole)
    at_ms, telling, shown = told["began"], 0, 0
    starts = [telling["from"] for telling in told["tellings"]]
    for tick in range(ticks):
        at_ms += waits_ms[tick]
        if at_ms > ms:
            break
        while telling + 1 < len(starts) and starts[telling + 1] <= tick:
            telling, shown = telling + 1, 0
        shown += grown[tick]
    text: bytes = texts[telling][: shown * 2]
    return text.decode("utf-16-le", "surrogatepass")


def test_stretches_are_told_as_their_deltas(session: Session) -> None:
    """A saved round's timeline is the same, whether deltas come one by one or as they are saved."""
    (saved, _) = session.rounds
    for run in saved.runs:
        story = saved.story[run.run_id]
        single = [
            Single(moment >> 32, 0, event) for piece in story for moment, event in piece.moments()
        ]

        assert timeline(run, story, cost_of) == timeline(run, single, cost_of)


def browser(page: Path, moment: str) -> Shown:
    """The page as Chromium has it, opened at a moment."""
    assert CHROMIUM is not None
    options = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --dump-dom"
    budget, profile = "--virtual-time-budget=2000", f"--user-data-dir={page.parent / 'profile'}"
    dom = subprocess.run(
        [CHROMIUM, *options.split(), budget, profile, f"{page.as_uri()}#{moment}"],
        capture_output=True,
        check=True,
        timeout=120,
    ).stdout.decode()
    return Shown(dom.partition("<body>")[2].partition("</script>")[2].partition("</script>")[2])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("at_s", [0.9, 99.0])
def test_a_browser_shows_what_the_screen_shows(
    session: Session, tmp_path: Path, at_s: float
) -> None:
    """In mid-replay and at the end: names, texts and meters as the screen's panes have them."""
    saved: SavedRound = session.rounds[0]
    path = tmp_path / "page.html"
    path.write_text("".join(exported(session, Wanted("html"))), "utf-8")

    shown = browser(path, f"1@{at_s}")

    assert {"img", "script"}.isdisjoint(shown.tags)
    runs = Reel(saved).at(at_s)
    assert len(shown.panes) == len(runs)
    for pane, run in zip(shown.panes, runs, strict=True):
        told = seen("".join(text for _, text in Transcript().news(run) or []))
        words = " ".join(f"{said(line)}" for line in meter(run, cost_of(run), 200))
        assert pane["said"].removeprefix("\n") == told
        assert without_spinner(pane["meter"]) == without_spinner(words)
        assert pane["name"].strip() == run.variant


def without_spinner(words: str) -> str:
    """Words with single blanks between them, but for the spinner's turn."""
    return " ".join(re.sub("[\u2800-\u28ff]", "", words).split())
