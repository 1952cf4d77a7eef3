"""Redaction: a session in which chosen values, and what tools were given and gave, are masked.

Everything is masked before any form of export sees it, so that no form can forget to. A value is
masked wherever it stands: in requests, in answers that repeat it (over however many deltas and
blocks), in names and notes; as it was, as JSON, HTML and addresses spell it, with other blanks
between its words, and line by line where its lines are long enough to be told from others.
"""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote, quote_plus

from workbench.run import Closed, Discarded, Happening, RunEvent, RunProblem
from workbench.sessions.about import About
from workbench.sessions.export.filling import values_of
from workbench.sessions.secrets import Secrets
from workbench.sessions.session import SavedRound, Session
from workbench.sessions.stretch import Single, Stretch
from workbench.wire.blocks import BLOCK_SHAPES
from workbench.wire.events import BlockDelta, BlockStart, InputJsonDelta, TextDelta, ThinkingDelta
from workbench.wire.head import Head
from workbench.wire.request import BETA_REQUEST_FIELDS, REQUEST_FIELDS, MessagesRequest, finite

MASK = "[redacted]"

_LONG_LINE = 12  # characters; a shorter line of a value may be anybody's
_FIELDS = {kind.field: kind.delta_type for kind in (TextDelta, ThinkingDelta, InputJsonDelta)}
_FIELD_OF = {delta_type: field for field, delta_type in _FIELDS.items()}
_ROLES = {"user", "assistant", "system"}
_API_WORDS = frozenset(
    {
        *BLOCK_SHAPES,
        *REQUEST_FIELDS,
        *BETA_REQUEST_FIELDS,
        *(name for shape in BLOCK_SHAPES.values() for name in (*shape.required, *shape.optional)),
        *(*_FIELDS, *_FIELD_OF, *_ROLES, "type", "role", "index", "delta", "message", "usage"),
        *("content_block", "error", "description", "input_schema", "ttl", "ephemeral", "signature"),
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
        *("message_delta", "message_stop", "ping", "stop_reason", "stop_sequence", "stop_details"),
        *("citations_delta", "signature_delta", "citation", "cited_text", "media_type", "base64"),
        *("input_tokens", "output_tokens", "cache_read_input_tokens"),
        "cache_creation_input_tokens",
    }
)
"""Names and types by which a message is read; as such they are nobody's value."""


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
    mask = _Mask(values_of(session, names), tools=tools)
    return replace(
        session,
        manifest=mask.hidden(session.manifest),
        rounds=tuple(mask.round(saved) for saved in session.rounds),
        unknown=mask.unknown(session.unknown),
        about=mask.about(session.about),
        abouts={of: mask.about(about) for of, about in session.abouts.items()},
    )


def forms_of(value: str) -> Iterator[str]:
    """A value in every spelling that is masked."""
    for text in {value, value.strip(), " ".join(value.split()), *_long_lines(value)}:
        for ascii_only in (False, True):
            once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            yield from (text, once, json.dumps(once, ensure_ascii=ascii_only)[1:-1])
        yield from (html.escape(text), html.escape(text, quote=False))
        said = text.encode(errors="replace")
        yield from (quote(said), quote(said, safe=""), quote_plus(said))


def _long_lines(value: str) -> Iterator[str]:
    return (line.strip() for line in value.splitlines() if len(line.strip()) >= _LONG_LINE)


class _Mask:
    """Masks one session."""

    def __init__(self, values: Iterable[str], *, tools: bool) -> None:
        forms = {form for value in values for form in forms_of(value)}
        self._secrets, self._tools = Secrets(forms, MASK), tools

    def text(self, text: str) -> str:
        """A text with the values masked."""
        return cast("str", self._secrets.hidden(text))

    def hidden(self, value: Any, key: str = "") -> Any:
        """JSON with the values masked, and what tools got and gave; it can still be read."""
        if isinstance(value, str):
            return value if key in ("type", "role") and value in _API_WORDS else self.text(value)
        if isinstance(value, Mapping):
            hide = self._tool_fields(value)
            return {
                self._name(name): MASK if name in hide else self.hidden(each, name)
                for name, each in value.items()
            }
        if isinstance(value, Sequence):
            return [self.hidden(each) for each in value]
        return value

    def unknown(self, lines: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
        """Lines that nobody understands; they may hold what a tool gave."""
        return () if self._tools else tuple(self.hidden(line) for line in lines)

    def about(self, about: About) -> About:
        """What somebody said, masked."""
        title, note = self.text(about.title), self.text(about.note)
        return replace(about, title=title, note=note, tags=tuple(map(self.text, about.tags)))

    def round(self, saved: SavedRound) -> SavedRound:
        """A round, masked."""
        info = saved.info
        texts = {
            name: self.text(value)
            for name in ("prompt", "base_url", "note")
            if isinstance(value := getattr(info, name), str)
        }
        return replace(
            saved,
            info=replace(
                info,
                **texts,  # type: ignore[arg-type]
                documents={self.text(name): self.text(it) for name, it in info.documents.items()},
                values={name: self.text(value) for name, value in info.values.items()},
            ),
            runs=tuple(
                replace(
                    run,
                    variant=self.text(run.variant),
                    case=None if run.case is None else self.text(run.case),
                    model=self.text(run.model),
                )
                for run in saved.runs
            ),
            requests={
                run_id: MessagesRequest(finite(self.hidden(each.body)), each.api_version)
                for run_id, each in saved.requests.items()
            },
            values={
                run_id: {name: self.text(value) for name, value in own.items()}
                for run_id, own in saved.values.items()
            },
            story={run_id: self._story(story) for run_id, story in saved.story.items()},
            unknown=self.unknown(saved.unknown),
        )

    def _name(self, name: str) -> str:
        return name if name in _API_WORDS else self.text(name)

    def _tool_fields(self, value: Mapping[str, Any]) -> Collection[str]:
        """The fields of a block that hold what a tool was given or gave."""
        kind = value.get("type")
        if not self._tools or not isinstance(kind, str):
            return ()
        if kind.endswith("tool_use"):
            return ("input",)
        if kind.endswith("tool_result") or kind == "search_result":
            return ("content", "title", "source")
        if kind.startswith(("web_search_result", "search_result_location")):
            return ("cited_text", "title", "url", "source")
        return ()

    def _story(self, story: Sequence[Stretch | Single]) -> tuple[Stretch | Single, ...]:
        """What happened, masked: also what runs on over deltas, lines and blocks."""
        channels: dict[tuple[str, str], list[tuple[int, int, list[str]]]] = {}
        for number, piece in enumerate(story):
            field, index, texts = _texts_of(piece)
            if texts:
                channels.setdefault((piece.run_id, field), []).append((index, number, texts))
        masked: dict[int, list[str]] = {}
        for (_, field), parts in channels.items():
            parts.sort(key=lambda part: part[:2])  # as the answer is read: block after block
            if self._tools and field == InputJsonDelta.field:
                masked.update(_emptied(parts))
                continue
            whole = iter(self._secrets.hidden_across([t for _, _, own in parts for t in own]))
            masked.update((number, [next(whole) for _ in own]) for _, number, own in parts)
        return tuple(self._piece(piece, masked.get(at)) for at, piece in enumerate(story))

    def _piece(self, piece: Stretch | Single, texts: list[str] | None) -> Stretch | Single:
        if isinstance(piece, Stretch):
            texts = texts or []
            pace = ([len(text) for text in texts], *piece.pace[1:])
            return replace(piece, text="".join(texts), pace=pace)
        event = piece.event
        what = self._happening(_with_text(event.what, texts[0]) if texts else event.what)
        return replace(piece, event=RunEvent(event.run_id, event.at_s, what))

    def _happening(self, what: Happening) -> Happening:
        if isinstance(what, Head):
            return Head(what.status, {n: self.text(text) for n, text in what.headers.items()})
        if isinstance(what, Closed | Discarded):
            return replace(what, problem=self._problem(what.problem))  # type: ignore[arg-type]
        if hasattr(what, "data"):
            return replace(what, data=self.hidden(what.data))
        return what

    def _problem(self, problem: RunProblem | None) -> RunProblem | None:
        if problem is None:
            return None
        said, hint = self.text(problem.problem), self.text(problem.hint)
        return replace(problem, problem=said, hint=hint)


def _texts_of(piece: Stretch | Single) -> tuple[str, int, list[str]]:
    """What a piece of the story adds to which text: field, block, and the text of each delta."""
    if isinstance(piece, Stretch):
        deltas = (event.what for _, event in piece.moments())
        texts = [what.text for what in deltas if isinstance(what, piece.kind)]
        return piece.kind.field, piece.index, texts
    match piece.event.what:
        case BlockStart(content_block={"type": str(field)} as block) as what:
            text = block.get(field)
            return field, what.index, [text] if field in _FIELDS and isinstance(text, str) else []
        case BlockDelta(delta={"type": str(kind)} as delta) as what if kind in _FIELD_OF:
            text = delta.get(_FIELD_OF[kind])
            return _FIELD_OF[kind], what.index, [text] if isinstance(text, str) else []
    return "", 0, []


def _with_text(what: Happening, text: str) -> Happening:
    """An event that adds to a text, with another text to add."""
    if isinstance(what, BlockStart):
        block = what.content_block
        return BlockStart({**what.data, "content_block": {**block, block["type"]: text}})
    if isinstance(what, BlockDelta):
        delta = what.delta
        return BlockDelta({**what.data, "delta": {**delta, _FIELD_OF[delta["type"]]: text}})
    return what


def _emptied(parts: Sequence[tuple[int, int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The arguments of tool calls, each call's as one masked word in its first delta."""
    told: set[int] = set()
    for index, number, texts in parts:
        first = "" if index in told else json.dumps(MASK)
        told.add(index)
        yield number, [first, *("" for _ in texts[1:])]
