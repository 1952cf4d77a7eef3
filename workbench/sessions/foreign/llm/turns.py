"""The tables of `llm` from 0.32 on: turns, each of which points into a tree of messages.

A message is known by a hash and points to the one before it, so conversations share what they
have in common; a turn is what stands between its parent and its tip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.sessions.foreign.blocks import (
    Blocks,
    attached_block,
    call_block,
    result_block,
    text_block,
    thinking_block,
)
from workbench.sessions.foreign.llm.common import parameters, source, stop_reason, tools, usage
from workbench.sessions.foreign.llm.tables import Row, Tables
from workbench.sessions.foreign.shape import ForeignRun, json_in, seconds, when

_TURNS = (
    "SELECT rowid AS at, coalesce(thread_id, id) AS key, datetime_utc AS moment FROM turns"
    " ORDER BY moment, id"
)
_PLACED = (
    *("id", "rowid", "model", "resolved_model", "duration_ms", "datetime_utc"),
    *("input_tokens", "output_tokens", "parent_message_hash"),
)
_Message = tuple[str, list[Blocks]]
"""Role and content."""


class Turns:
    """The turns of a database.

    Args:
        tables: The database.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._there = {"turns", "messages", "parts"} <= {
            each for each in ("turns", "messages", "parts") if each in tables
        }

    def __bool__(self) -> bool:
        return self._there

    def conversations(self) -> dict[str, tuple[str, list[int]]]:
        """Each thread by its key: when it began, and where its turns are, in order.

        A turn without a thread is one by itself.
        """
        found: dict[str, tuple[str, list[int]]] = {}
        for row in self._tables.ask(_TURNS) if self._there else ():
            _, places = found.setdefault(str(row["key"]), (str(row["moment"] or ""), []))
            places.append(row["at"])
        return found

    def runs(self, places: Sequence[int]) -> list[ForeignRun]:
        """The turns of a thread, by where they are."""
        rows = [row for at in places for row in self._tables.at("turns", at)]
        known: dict[str, tuple[str | None, _Message]] = {}
        return [self._run(row, known) for row in rows]

    def _run(self, row: Row, known: dict[str, tuple[str | None, _Message]]) -> ForeignRun:
        asked = self._chain(row["parent_message_hash"], known)
        answered = self._chain(row["tip_message_hash"], known)[len(asked) :]
        system, messages = _split(asked)
        given = tools(self._tables, "turn_tools", "turn_id", row["id"])
        return ForeignRun(
            key=str(row["id"]),
            model=str(row["model"] or ""),
            body={
                "model": str(row["model"] or ""),
                **parameters(row, self._tables),
                **({"system": system} if system else {}),
                **({"tools": given} if given else {}),
                "messages": messages,
            },
            content=[block for _, blocks in answered for block in blocks],
            began=when(row["datetime_utc"]),
            usage=usage(row),
            stop_reason=stop_reason(row),
            answered_by=str(row.get("resolved_model") or ""),
            total_s=seconds(row.get("duration_ms")),
            source=source(row, _PLACED),
        )

    def _chain(
        self, tip: str | None, known: dict[str, tuple[str | None, _Message]]
    ) -> list[_Message]:
        """A message and all before it, the first one first."""
        chain: list[_Message] = []
        walked: set[str] = set()
        while tip is not None and tip not in walked:  # in a damaged file they may go in a circle
            walked.add(tip)
            if tip not in known:
                known[tip] = self._message(tip)
            tip, message = known[tip]
            chain.append(message)
        return chain[::-1]

    def _message(self, key: str) -> tuple[str | None, _Message]:
        found = self._tables.ask("SELECT * FROM messages WHERE hash = ?", key)
        row: Row = found[0] if found else {}
        parts = sorted(
            self._tables.where("parts", "message_hash", key), key=lambda part: part["position"] or 0
        )
        return row.get("parent_hash"), (str(row.get("role")), [self._block(p) for p in parts])

    def _block(self, part: Row) -> Blocks:
        told = json_in(part["payload"])
        payload = told if isinstance(told, Mapping) else {}
        match part["type"]:
            case "text":
                return text_block(self._text(part, payload))
            case "reasoning":
                return thinking_block(self._text(part, payload))
            case "tool_call":
                own, name = payload.get("tool_call_id"), payload.get("name")
                call = call_block(own, name, payload.get("arguments"))
                return {**call, "type": "server_tool_use"} if _theirs(payload) else call
            case "tool_result":
                failed = payload.get("exception")
                return result_block(payload.get("tool_call_id"), payload.get("output"), failed)
            case "attachment":
                return self._attached(payload)
        return {"type": str(part["type"]), **payload}

    def _text(self, part: Row, payload: Mapping[str, Any]) -> str:
        if part["text"] is not None:
            return str(part["text"])
        pieces = payload.get("text_ref")
        return "".join(self._piece(piece) for piece in (pieces if isinstance(pieces, list) else ()))

    def _piece(self, piece: Any) -> str:
        """A piece of a text: it stands there, or in a fragment."""
        if not isinstance(piece, Mapping):
            return ""
        if "literal" in piece:
            return str(piece["literal"])
        found = self._tables.by_id("fragments", piece.get("fragment"))
        return str(found.get("content") or "")

    def _attached(self, payload: Mapping[str, Any]) -> Blocks:
        told = payload.get("attachment")
        own = told.get("id") if isinstance(told, Mapping) else None
        row = self._tables.by_id("attachments", own)
        return attached_block(row.get("type"), row.get("content"), row.get("url"), row.get("path"))


def _theirs(payload: Mapping[str, Any]) -> bool:
    """Whether the provider itself ran the tool."""
    return payload.get("server_executed") is True


def _split(chain: Sequence[_Message]) -> tuple[str, list[dict[str, Any]]]:
    """The system prompt, and the messages after it."""
    leading = 0
    while leading < len(chain) and chain[leading][0] == "system":
        leading += 1
    system = "\n\n".join(
        str(block.get("text", "")) for _, blocks in chain[:leading] for block in blocks
    )
    return system, [*_messages(chain[leading:])]


def _messages(chain: Sequence[_Message]) -> Iterator[dict[str, Any]]:
    for role, blocks in chain:
        bare = [block["type"] for block in blocks] == ["text"] and role != "assistant"
        content = blocks[0]["text"] if bare else blocks
        yield {"role": "user" if role == "tool" else role, "content": content}
