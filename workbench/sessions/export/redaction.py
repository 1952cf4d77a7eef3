"""Redaction: a session in which chosen values, and what tools were given and gave, are masked.

Everything is masked before any form of export sees it, so that no form can forget to, and over
however many deltas and blocks it came.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.run import Happening, RunEvent
from workbench.sessions.about import About
from workbench.sessions.export.filling import values_of
from workbench.sessions.lines import MANIFEST
from workbench.sessions.mask import FIELD_OF, FIELDS, MASK, Mask
from workbench.sessions.session import SavedRound, Session
from workbench.sessions.stretch import Single, Stretch
from workbench.wire.events import BlockDelta, BlockStart, InputJsonDelta


def redacted(session: Session, names: Collection[str] = (), *, tools: bool = False) -> Session:
    """The session with the values of these variables masked.

    Args:
        names: Variables.
        tools: Whether what tools were given, and what they gave, is masked too.

    Raises:
        SessionError: There is no such variable, or its value cannot be told for sure.
    """
    if not names and not tools:
        return session
    mask = Mask(values_of(session, names), tools=tools)
    return replace(
        session,
        manifest=_manifest(session.manifest, mask),
        rounds=tuple(_round(saved, mask) for saved in session.rounds),
        unknown=_unknown(session.unknown, mask),
        about=_about(session.about, mask),
        abouts={of: _about(about, mask) for of, about in session.abouts.items()},
    )


def _manifest(manifest: Mapping[str, Any], mask: Mask) -> Mapping[str, Any]:
    """The first line; what nobody understands of it is kept as such lines are."""
    kept: Mapping[str, Any] = mask.hidden(
        {key: value for key, value in manifest.items() if key in MANIFEST or not mask.tools}
    )
    return kept


def _unknown(lines: Iterable[Mapping[str, Any]], mask: Mask) -> tuple[Mapping[str, Any], ...]:
    """Lines that nobody understands; they may hold what a tool gave."""
    return () if mask.tools else tuple(mask.hidden(line) for line in lines)


def _about(about: About, mask: Mask) -> About:
    """What somebody said."""
    return replace(
        about,
        title=mask.text(about.title),
        note=mask.text(about.note),
        tags=tuple(map(mask.text, about.tags)),
        grade=mask.said(about.grade),
        votes=tuple(map(mask.said, about.votes)),
    )


def _round(saved: SavedRound, mask: Mask) -> SavedRound:
    return replace(
        saved,
        info=mask.info(saved.info),
        runs=tuple(map(mask.run, saved.runs)),
        requests={run_id: mask.request(each) for run_id, each in saved.requests.items()},
        story={run_id: _story(story, mask) for run_id, story in saved.story.items()},
        unknown=_unknown(saved.unknown, mask),
        values={run_id: mask.values(own) for run_id, own in saved.values.items()},
    )


def _story(story: Sequence[Stretch | Single], mask: Mask) -> tuple[Stretch | Single, ...]:
    """What happened, masked: also what runs on over deltas, lines and blocks."""
    channels: dict[tuple[str, str], list[tuple[int, int, list[str]]]] = {}
    for number, piece in enumerate(story):
        field, index, texts = _texts_of(piece)
        if texts:
            channels.setdefault((piece.run_id, field), []).append((index, number, texts))
    masked: dict[int, list[str]] = {}
    for (_, field), parts in channels.items():
        parts.sort(key=lambda part: part[:2])  # as the answer is read: block after block
        if mask.tools and field == InputJsonDelta.field:
            masked.update(_emptied(parts))
            continue
        whole = iter(mask.secrets.hidden_across([t for _, _, own in parts for t in own]))
        masked.update((number, [next(whole) for _ in own]) for _, number, own in parts)
    return tuple(_piece(piece, masked.get(at), mask) for at, piece in enumerate(story))


def _piece(piece: Stretch | Single, texts: list[str] | None, mask: Mask) -> Stretch | Single:
    if isinstance(piece, Stretch):
        texts = texts or []
        pace = ([len(text) for text in texts], *piece.pace[1:])
        return replace(piece, text="".join(texts), pace=pace)
    event = piece.event
    what = mask.happening(_with_text(event.what, texts[0]) if texts else event.what)
    return replace(piece, event=RunEvent(event.run_id, event.at_s, what))


def _texts_of(piece: Stretch | Single) -> tuple[str, int, list[str]]:
    """What a piece of the story adds to which text: field, block, and the text of each delta."""
    if isinstance(piece, Stretch):
        deltas = (event.what for _, event in piece.moments())
        texts = [what.text for what in deltas if isinstance(what, piece.kind)]
        return piece.kind.field, piece.index, texts
    match piece.event.what:
        case BlockStart(content_block={"type": str(field)} as block) as what:
            text = block.get(field)
            return field, what.index, [text] if field in FIELDS and isinstance(text, str) else []
        case BlockDelta(delta={"type": str(kind)} as delta) as what if kind in FIELD_OF:
            text = delta.get(FIELD_OF[kind])
            return FIELD_OF[kind], what.index, [text] if isinstance(text, str) else []
    return "", 0, []


def _with_text(what: Happening, text: str) -> Happening:
    """An event that adds to a text, with another text to add."""
    if isinstance(what, BlockStart):
        block = what.content_block
        return BlockStart({**what.data, "content_block": {**block, block["type"]: text}})
    if isinstance(what, BlockDelta):
        delta = what.delta
        return BlockDelta({**what.data, "delta": {**delta, FIELD_OF[delta["type"]]: text}})
    return what


def _emptied(parts: Sequence[tuple[int, int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The arguments of tool calls, each call's as one masked word in its first delta."""
    told: set[int] = set()
    for index, number, texts in parts:
        first = "" if index in told else json.dumps(MASK)
        told.add(index)
        yield number, [first, *("" for _ in texts[1:])]
