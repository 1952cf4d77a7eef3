"""What ByteSpike's pages do not name, and so its gateway is taken to refuse.

Source: messages-api.md sections 24.2, 24.5 and 24.8, and what models.yaml lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.catalog import catalog
from workbench.simulator.asked import blocks_of
from workbench.simulator.refusal import Refusal
from workbench.wire.events import Json

API_VERSION = "2023-06-01"
_TOP_LEVEL = "_top_level"
"""models.yaml's mark on a name that also stands inside blocks, where it is documented."""


def check_documented(body: Json, version: str) -> None:
    """Let pass what ByteSpike documents, of a body whose shape has been checked.

    Raises:
        Refusal: 422 that names the first parameter it does not document; 400 for a newer version.
    """
    if version not in ("", API_VERSION):
        raise Refusal(400, f'anthropic-version: "{version}" is not a valid version')
    unknown = next(_undocumented(body), None)
    if unknown is not None:
        raise Refusal(422, f"{unknown}: parameter not supported")


def _undocumented(body: Json) -> Iterator[str]:
    listed = catalog().profile("bytespike").undocumented_fields
    unsupported = {name.removesuffix(_TOP_LEVEL) for name in listed}
    yield from (name for name in body if name in unsupported)
    if (body.get("tool_choice") or {}).get("type") == "none":
        yield "tool_choice.type"
    for i, tool in enumerate(body.get("tools") or ()):
        if tool.get("type", "custom") != "custom":
            yield f"tools.{i}.type"
    yield from _hours(body)


def _hours(body: Json) -> Iterator[str]:
    """Cache breakpoints that are to last an hour."""
    system = body.get("system")
    places = {"tools": body.get("tools") or (), "system": system or ()}
    for i, message in enumerate(body["messages"]):
        places[f"messages.{i}.content"] = blocks_of(message)
    for path, blocks in places.items():
        for i, block in enumerate(() if isinstance(blocks, str) else blocks):
            if (block.get("cache_control") or {}).get("ttl") == "1h":
                yield f"{path}.{i}.cache_control.ttl"
