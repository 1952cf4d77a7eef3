"""Rules on tools: 22 and 23."""

from __future__ import annotations

import re

from workbench.simulator.asked import Asked
from workbench.simulator.schema import is_schema

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def names(asked: Asked) -> str | None:
    """22: A tool's name is made of letters, digits, `_` and `-`, 128 at most."""
    for i, tool in enumerate(asked.tools):
        if not _NAME.fullmatch(tool["name"]):
            return f"tools.{i}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
    return None


def schemas(asked: Asked) -> str | None:
    """22: What a tool takes is described by a JSON Schema, and so is a format that is asked for."""
    for i, tool in enumerate(asked.tools):
        if not is_schema(tool.get("input_schema", {})):
            return (
                f"tools.{i}.custom.input_schema: JSON schema is invalid. "
                "It must match JSON Schema draft 2020-12"
            )
    form = asked.output_config.get("format", {})
    if form and (form.get("type") != "json_schema" or not is_schema(form.get("schema"))):
        return "output_config.format: a json_schema with a valid `schema` is required"
    return None


def unique_names(asked: Asked) -> str | None:
    """22: No two tools share a name."""
    every = [tool["name"] for tool in asked.tools]
    return None if len(set(every)) == len(every) else "tools: Tool names must be unique."


def choice(asked: Asked) -> str | None:
    """23: `tool_choice` needs tools, and names one of them."""
    wanted = asked.body.get("tool_choice")
    if wanted is None:
        return None
    if not asked.tools and wanted["type"] != "none":
        return "tool_choice: tool_choice may only be specified while providing tools."
    if wanted["type"] == "tool" and wanted["name"] not in [t["name"] for t in asked.tools]:
        return f"tool_choice: Tool '{wanted['name']}' not found in provided tools"
    if wanted["type"] == "none" and "disable_parallel_tool_use" in wanted:
        return "tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted"
    return None
