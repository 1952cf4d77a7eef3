"""HTML: one file that replays a session by itself, with the panes and meters of the screen.

Nothing in it comes from anywhere else: no network, no fonts, no pictures. What was said stands in
a block of JSON that is never run and that no text can close; our own script, allowed by its hash
and no other, puts it on the page as text. Without the script nothing is shown but a line saying so.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from importlib import resources
from typing import Any

from workbench.costs import Cost, shown, spent_on
from workbench.run import Run
from workbench.sessions.content import stem_of
from workbench.sessions.export.asked import Asked, asked, joined, shared
from workbench.sessions.export.timeline import timeline
from workbench.sessions.session import SavedRound, Session
from workbench.telling.naming import named
from workbench.telling.plain import seen
from workbench.wire.request import finite

_IN_SCRIPT = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""
"""How a page of ours begins; what is filled in is safe already."""
_DATA = """\
<noscript>This is a recorded session; it needs JavaScript to replay, and no network.</noscript>
<script type="application/json" id="session">
"""


def page(session: Session, cost_of: Callable[[Run], Cost]) -> Iterator[str]:
    """The page, piece by piece.

    Args:
        session: As it is to be shown.
        cost_of: What a run costs as it stands.
    """
    script, style = _own("player.js"), _own("player.css")
    title = session.about.title or str(session.manifest.get("name") or stem_of(session.path))
    yield HEAD.format(
        policy=escape(_policy(script, style)),
        title=escape(f"{seen(title)} · workbench"),
        style=style,
    )
    yield _DATA
    yield f'{{"title":{_json(seen(title))},"rounds":['
    for place, saved in enumerate(session.rounds):
        yield "," if place else ""
        note = session.abouts.get(saved.info.round_id, session.about).note
        yield from _round(saved, note, cost_of)
    yield f"]}}\n</script>\n<script>{script}</script>\n</body>\n</html>\n"


def _round(saved: SavedRound, note: str, cost_of: Callable[[Run], Cost]) -> Iterator[str]:
    info, ended = saved.info, saved.finished()
    common, with_model = shared(saved), len({run.model for run in saved.runs}) > 1
    facts = {
        "name": seen(info.prompt or info.round_id),
        "began": seen(info.began[:19].replace("T", " ")),
        "provider": seen(info.provider),
        "models": [seen(model) for model in dict.fromkeys(run.model for run in saved.runs)],
        "simulated": info.simulated or any(run.simulated for run in ended),
        "cost": shown(spent_on((run, cost_of(run)) for run in ended)),
        "note": seen(note),
        "asked": _sections(common)
        + [(seen(name), seen(value), "value") for name, value in info.values.items()],
    }
    yield f'{_json(facts)[:-1]},"runs":['
    for place, run in enumerate(saved.runs):
        name, details = named(run, with_model=with_model)
        request = saved.requests.get(run.run_id)
        parts = {} if request is None else asked(request)
        own = {part: sections for part, sections in parts.items() if part not in common}
        told = {"name": name, "details": details, "asked": _sections(own)}
        comma = "," if place else ""
        yield comma + _json({**told, **timeline(run, saved.story.get(run.run_id, ()), cost_of)})
    yield "]}"


def _sections(parts: Asked) -> list[tuple[str, str, str]]:
    return [(each.label, each.text, each.form) for each in joined(parts)]


def _json(value: Any) -> str:
    """JSON that may stand in a script block: nothing in it can end that, nor begin anything."""
    return finite(value).translate(_IN_SCRIPT)


def _own(name: str) -> str:
    return resources.files("workbench.sessions.export").joinpath(name).read_text("utf-8")


def _policy(script: str, style: str) -> str:
    """What the page may do: run this script, use this style, and nothing else at all."""
    return (
        f"default-src 'none'; script-src '{hash_of(script)}'; style-src '{hash_of(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def hash_of(text: str) -> str:
    """By which a page's policy lets one script or style of ours be used, and no other."""
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
