"""Rule 33: what structured outputs are asked to keep to can be kept to.

Source: messages-api.md section 8.
"""

from __future__ import annotations

from workbench.simulator.asked import Asked
from workbench.simulator.schema.sound import is_schema
from workbench.simulator.schema.subset import TOO_COMPLEX, too_complex, unsupported
from workbench.wire.events import Json


def supported(asked: Asked) -> str | None:
    """33: The model has structured outputs, and they are not asked for together with citations."""
    if asked.format is None:
        return None
    if asked.model.capabilities.get("structured_outputs") is False:
        return "output_config.format: structured outputs are not supported for this model."  # [G]
    if asked.cites:
        return "output_config.format: citations are not supported with structured outputs."  # [G]
    return None


def subset(asked: Asked) -> str | None:
    """33: A format, and the input of a strict tool, is described within the subset."""
    for path, schema in _schemas(asked):
        if not is_schema(schema):
            return f"{path}: JSON schema is invalid. It must match JSON Schema draft 2020-12"
        if why := unsupported(schema):
            return f"{path}: {why}"
    return None


def compilable(asked: Asked) -> str | None:
    """33: All of it together is not too much to compile."""
    strict = sum(1 for tool in asked.tools if tool.get("strict"))
    found = too_complex((schema for _, schema in _schemas(asked)), strict)
    return TOO_COMPLEX if found else None


def _schemas(asked: Asked) -> list[tuple[str, Json]]:
    found = [
        (f"tools.{i}.custom", tool["input_schema"])
        for i, tool in enumerate(asked.tools)
        if tool.get("strict") and "input_schema" in tool
    ]
    if asked.format is not None:
        found.append(("output_config.format.schema", asked.format))
    return found
