"""What every age of `llm`'s tables has in common: parameters, tools, counts, an answer's end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from workbench.sessions.foreign.llm.tables import Row, Tables
from workbench.sessions.foreign.shape import count, json_in
from workbench.wire.request import REQUEST_FIELDS

_OURS = ("model", "messages", "system", "tools", "stream")
_ENDINGS = ("stop_reason", "finish_reason")


def parameters(row: Row, tables: Tables) -> dict[str, Any]:
    """The options that a request of the Messages API has a field for."""
    told = json_in(row.get("options_json"))
    options = told if isinstance(told, Mapping) else {}
    found = {n: v for n, v in options.items() if n in REQUEST_FIELDS and n not in _OURS}
    if schema := tables.by_id("schemas", row.get("schema_id")):
        form = {"type": "json_schema", "schema": json_in(schema["content"])}
        found["output_config"] = {"format": form}
    return found


def tools(tables: Tables, table: str, column: str, key: object) -> list[dict[str, Any]]:
    """The tools that a request had, by way of the table that joins them."""
    links = tables.where(table, column, key)
    found = filter(None, (tables.by_id("tools", link.get("tool_id")) for link in links))
    return [
        {
            "name": str(row.get("name") or ""),
            "description": str(row.get("description") or ""),
            "input_schema": json_in(row.get("input_schema")) or {},
        }
        for row in found
    ]


def usage(row: Row) -> dict[str, Any]:
    """The counts that are told, the provider's own details among them."""
    told = json_in(row.get("token_details"))
    details = dict(told) if isinstance(told, Mapping) else {}
    counts = {name: count(row.get(name)) for name in ("input_tokens", "output_tokens")}
    return {**details, **{name: number for name, number in counts.items() if number is not None}}


def stop_reason(row: Row) -> str | None:
    """Why the answer ended, in the provider's own word."""
    told = json_in(row.get("response_json"))
    said = [told.get(name) for name in _ENDINGS] if isinstance(told, Mapping) else []
    return next((word for word in said if isinstance(word, str)), None)


def source(row: Row, without: Collection[str]) -> dict[str, Any]:
    """All other columns that say something, JSON as JSON."""
    kept = {n: v for n, v in row.items() if n not in without and v is not None}
    return {
        name: value if (read := json_in(value) if name.endswith(_JSON) else None) is None else read
        for name, value in kept.items()
        if not isinstance(value, bytes)
    }


_JSON = ("_json", "_details")
