"""The tables of `llm` up to 0.31: a row for each answer, grouped into conversations.

A row holds its own prompt only. What went before it in its conversation was sent along, and is
put together here from the rows before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from workbench.sessions.foreign.shape import ForeignRun, seconds, when

_PLACED = (
    *("id", "rowid", "model", "prompt", "system", "response", "reasoning", "resolved_model"),
    *("duration_ms", "datetime_utc", "timestamp", "input_tokens", "output_tokens"),
)
_AGES = (
    ("responses", "conversation_id", "datetime_utc"),
    ("logs", "chat_id", "datetime_utc"),
    ("log", "chat_id", "timestamp"),
)


@dataclass(frozen=True, slots=True)
class Responses:
    """One such table.

    Args:
        tables: The database.
        table: Its name.
        group: What says which conversation a row belongs to; a row without is one by itself.
        moment: The column that says when.
    """

    tables: Tables
    table: str
    group: str
    moment: str

    def conversations(self) -> Iterator[tuple[str, str, Sequence[int]]]:
        """Of each conversation the key to know it by, when it began, where its rows are."""
        found: dict[Any, tuple[str, list[int]]] = {}
        for row in self.tables.ask(
            f"SELECT rowid AS at, {self.group} AS key, {self.moment} AS moment FROM {self.table}"
            " ORDER BY moment, at"
        ):
            _, places = found.setdefault(row["key"], (str(row["moment"] or ""), []))
            places.append(row["at"])
        for key, (began, places) in found.items():
            # Numbers are counted from 1 in every file: the moment tells one file's from another's.
            number = isinstance(key, int)
            yield f"{self.table} {key} {began}" if number else str(key), began, places

    def runs(self, places: Sequence[int]) -> list[ForeignRun]:
        """The answers of a conversation, in order, by where they are."""
        rows = [row for at in places for row in self.tables.at(self.table, at)]
        runs: list[ForeignRun] = []
        history: list[dict[str, Any]] = []
        system = ""
        for row in rows:
            system = self._system(row) or system
            history.append({"role": "user", "content": _bare(self._asked(row))})
            answered = self._answered(row)
            runs.append(self._run(row, history, system, answered))
            history.append({"role": "assistant", "content": answered})
        return runs

    def _run(
        self, row: Row, messages: Sequence[Any], system: str, answered: Sequence[Blocks]
    ) -> ForeignRun:
        own = row.get("id") or row["rowid"]
        given = tools(self.tables, "tool_responses", "response_id", own)
        return ForeignRun(
            key=str(own),
            model=str(row.get("model") or ""),
            body={
                "model": str(row.get("model") or ""),
                **parameters(row, self.tables),
                **({"system": system} if system else {}),
                **({"tools": given} if given else {}),
                "messages": list(messages),
            },
            content=answered,
            began=when(row.get(self.moment)),
            usage=usage(row),
            stop_reason=stop_reason(row),
            answered_by=str(row.get("resolved_model") or ""),
            total_s=seconds(row.get("duration_ms")),
            source=source(row, _PLACED),
        )

    def _system(self, row: Row) -> str:
        texts = [*self._fragments("system_fragments", row), str(row.get("system") or "")]
        return "\n\n".join(text.strip() for text in texts if text.strip())

    def _asked(self, row: Row) -> list[Blocks]:
        """What the user's side sent: tool results first, then words, then what is attached."""
        found = [
            result_block(each.get("tool_call_id"), each.get("output"), each.get("exception"))
            for each in self._beside("tool_results", row)
        ]
        texts = [*self._fragments("prompt_fragments", row), str(row.get("prompt") or "")]
        if words := "\n".join(filter(None, texts)):
            found.append(text_block(words))
        for each in self._joined("prompt_attachments", "attachments", "attachment_id", row):
            found.append(attached_block(each["type"], each["content"], each["url"], each["path"]))
        return found

    def _answered(self, row: Row) -> list[Blocks]:
        found = [thinking_block(str(row["reasoning"]))] if row.get("reasoning") else []
        found += [text_block(str(row["response"]))] if row.get("response") else []
        for each in self._beside("tool_calls", row):
            call = call_block(each.get("tool_call_id"), each.get("name"), each.get("arguments"))
            found.append(call)
        return found

    def _fragments(self, table: str, row: Row) -> list[str]:
        found = self._joined(table, "fragments", "fragment_id", row)
        return [str(each["content"] or "") for each in found]

    def _beside(self, table: str, row: Row) -> list[Row]:
        """The rows of another table that belong to an answer."""
        return self.tables.where(table, "response_id", row.get("id"))

    def _joined(self, table: str, to: str, by: str, row: Row) -> list[Row]:
        links = sorted(self._beside(table, row), key=lambda link: link["order"] or 0)
        return [*filter(None, (self.tables.by_id(to, link[by]) for link in links))]


def response_tables(tables: Tables) -> list[Responses]:
    """The tables of that kind that are there."""
    found = []
    for table, group, moment in _AGES:
        if table in tables:
            columns = tables.columns(table)
            own = "id" if "id" in columns else "rowid"
            grouped = f"coalesce({group}, {own})" if group in columns else own
            found.append(Responses(tables, table, grouped, moment))
    return found


def _bare(blocks: list[Blocks]) -> Any:
    """Words alone as a text, as people write them."""
    if not blocks:
        return ""
    return blocks[0]["text"] if [each["type"] for each in blocks] == ["text"] else blocks
