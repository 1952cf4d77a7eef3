"""How these tests talk to a simulator: over real HTTP, on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from workbench.catalog.catalog import catalog
from workbench.simulator.asked import Asked
from workbench.simulator.config import SimulatorConfig
from workbench.simulator.server import serving

HEADERS = {"x-api-key": "sk-ant-test", "anthropic-version": "2023-06-01"}
AT_ONCE = SimulatorConfig(speed=float("inf"))
HAIKU = "claude-haiku-4-5"
TICKET = "Order A-17 is nine days late and the customer wants a refund for the blue tent."
GET_ORDER: dict[str, Any] = {
    "name": "get_order",
    "description": "Look an order up by its number.",
    "input_schema": {
        "type": "object",
        "properties": {
            "order_id": {"type": "string"},
            "reason": {"enum": ["late", "damaged"]},
            "days": {"type": "integer", "minimum": 3},
        },
        "required": ["order_id", "reason", "days"],
    },
}


def body(text: str = TICKET, **fields: Any) -> dict[str, Any]:
    """A request that says `text`."""
    messages = [{"role": "user", "content": text}]
    return {"model": HAIKU, "max_tokens": 1000, "messages": messages, **fields}


def asked(**fields: Any) -> Asked:
    """A request as the simulator's rooms look at it."""
    whole = body(**fields)
    model = catalog().model("anthropic", whole["model"])
    assert model is not None
    return Asked(whole, model)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    hands: list[float]

    def __call__(self) -> float:
        """Seconds."""
        return self.hands[0]

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.hands[0] += seconds


@asynccontextmanager
async def talking(
    config: SimulatorConfig = AT_ONCE, headers: Mapping[str, str] = HEADERS
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a simulator with this config."""
    async with (
        serving(config) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client,
    ):
        yield client


async def said(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """The whole message that answers a request."""
    response = await client.post("/v1/messages", json=body(**fields))
    assert response.status_code == 200, response.text
    return dict(response.json())


async def streamed(client: httpx.AsyncClient, **fields: Any) -> list[dict[str, Any]]:
    """The events that answer a request."""
    response = await client.post("/v1/messages", json=body(**fields, stream=True))
    assert response.status_code == 200, response.text
    return events(response.text)


def events(text: str) -> list[dict[str, Any]]:
    """The events of a stream, each checked to be one frame with its own name."""
    found = []
    for frame in text.removesuffix("\n\n").split("\n\n"):
        name, data = frame.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        found.append(event)
    return found


def text_of(message: Mapping[str, Any]) -> str:
    """The words of a whole message."""
    return "".join(block.get("text", "") for block in message["content"])
