"""Rules on tools: 22 and 23."""

from __future__ import annotations

import re

from workbench.simulator.asked import Asked
from workbench.simulator.schema.fits import fits
from workbench.simulator.schema.sound import is_schema

MOST_CHARS = 128
_NAME = re.compile(r"[a-zA-Z0-9_-]+")


def names(asked: Asked) -> str | None:
    """22: A tool's name is made of letters, digits, `_` and `-`, 128 at most."""
    for i, tool in enumerate(asked.tools):
        name = tool.get("name", "toolset")
        if len(name) > MOST_CHARS:
            return f"tools.{i}.custom.name: String should have at most {MOST_CHARS} characters"
        if not _NAME.fullmatch(name):
            return f"tools.{i}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
    return None


def schemas(asked: Asked) -> str | None:
    """22: What a tool takes is described by a JSON Schema."""
    for i, tool in enumerate(asked.tools):
        if not is_schema(tool.get("input_schema", {})):
            return (
                f"tools.{i}.custom.input_schema: JSON schema is invalid. "
                "It must match JSON Schema draft 2020-12"
            )
    return None


def examples(asked: Asked) -> str | None:
    """22, by its kin: every example of a tool's input satisfies its schema. [G] wording."""
    for i, tool in enumerate(asked.tools):
        schema = tool.get("input_schema", True)
        for j, example in enumerate(tool.get("input_examples") or ()):
            if not fits(example, schema, schema):
                return f"tools.{i}.custom.input_examples.{j}: does not match `input_schema`"
    return None


def served(asked: Asked) -> str | None:
    """22, by its kin: tools that the provider runs need a model that has them. [G] wording."""
    if asked.model.capabilities.get("web_search") is not False:
        return None
    for i, tool in enumerate(asked.tools):
        if "input_schema" not in tool:
            return f"tools.{i}: '{tool['type']}' is not supported for this model."
    return None


def unique_names(asked: Asked) -> str | None:
    """22: No two tools share a name."""
    every = [tool["name"] for tool in asked.tools if "name" in tool]
    return None if len(set(every)) == len(every) else "tools: Tool names must be unique."


def choice(asked: Asked) -> str | None:
    """23: `tool_choice` needs tools, and names one of them."""
    wanted = asked.body.get("tool_choice")
    if wanted is None:
        return None
    if not asked.tools and wanted["type"] != "none":
        return "tool_choice: tool_choice may only be specified while providing tools."
    if wanted["type"] == "tool" and wanted["name"] not in [
        tool.get("name") for tool in asked.tools
    ]:
        return f"tool_choice: Tool '{wanted['name']}' not found in provided tools"
    return None
