"""A comparison as a page: all of it there, none of it anything but text."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from tests.compare.test_results import entry
from workbench.compare.results import Results
from workbench.sessions.about import About
from workbench.wire.request import MessagesRequest
from workbench.workbench.comparison import comparison

_HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> & \x1b[31m\u202e"
_SHOWN = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> & ␛[31m‹U+202E›"


class Read(HTMLParser):
    """What a page is made of: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data


def test_every_answer_stands_there_under_the_verdict() -> None:
    """With rates, reasons, ratings and what was asked; runs that failed as what they are."""
    both = [("a", 4), ("b", 12)]
    entries = [
        entry(f"c{n}", name, n < passes, f"{name} says {n}")
        for n in range(12)
        for name, passes in both
    ]
    asked = MessagesRequest('{"messages": [{"role": "user", "content": "Sort this."}]}')
    about = {entries[0].run.run_id: About(note="a note")}

    page = Read(
        "".join(comparison(Results(entries), "two", abouts=about, request_of=lambda _: asked))
    )

    assert "12 cases, 24 runs" in page.text
    (verdict,) = Results(entries).against("a")
    assert verdict.verdict.sure
    assert verdict.words in page.text
    assert "33% (14 to 61)" in page.text
    assert all(f"{name} says {n}" in page.text for n in range(12) for name, _ in both)
    assert "✎ a note" in page.text
    assert page.text.count("Sort this.") == 12
    assert [had["value"] for tag, had in page.elements if tag == "meter"] == ["0.3333", "1.0000"]


def test_nothing_that_others_say_is_more_than_text() -> None:
    """Names of cases and variants, answers, notes; and the page may load and run nothing."""
    entries = [entry(_HOSTILE, _HOSTILE, False, _HOSTILE)]
    page = Read("".join(comparison(Results(entries), _HOSTILE)))

    assert page.text.count(_SHOWN) >= 5
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img", "link", "iframe", "a"})
    assert not [name for _, had in page.elements for name in had if name.startswith("on")]
    policy = next(had["content"] for _, had in page.elements if "http-equiv" in had)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
