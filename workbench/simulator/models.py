"""The list of models, as each provider answers `GET /v1/models`.

Source: messages-api.md sections 19 and 24.8.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.simulator.page import page_of
from workbench.simulator.refusal import Refusal

LIFECYCLES = ("active", "deprecated", "retired")
_LISTED = ("active", "deprecated")
_LINES = ("haiku", "sonnet", "opus", "fable", "mythos")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_THINKING = ("adaptive", "between_tools", "disabled", "enabled")
_UNKNOWN_DAY = "1970-01-01"
_PRICING_URL = "https://docs.bytespike.ai/concepts/credits-and-billing"


def anthropic_list(query: Mapping[str, str], lifecycles: Sequence[str] = ()) -> dict[str, Any]:
    """A page of Anthropic's models, newest first.

    Args:
        query: `limit`, `after_id`, `before_id`.
        lifecycles: Only models in these stages; those not retired where none is named.

    Raises:
        Refusal: 400, a value cannot be used.
    """
    wrong = next((name for name in lifecycles if name not in LIFECYCLES), None)
    if wrong is not None:
        known = ", ".join(f"'{name}'" for name in LIFECYCLES)
        raise Refusal(400, f"lifecycle: Input should be {known}; got '{wrong}'")
    infos = (anthropic_info(model) for model in _models("anthropic"))
    wanted = lifecycles or _LISTED
    return page_of([info for info in infos if info["lifecycle"] in wanted], query)


def bytespike_list(query: Mapping[str, str]) -> dict[str, Any]:
    """ByteSpike's models in OpenAI's shape; `capability` and `family` filter them."""
    infos = (bytespike_info(model) for model in _models("bytespike"))
    capability, family = query.get("capability"), query.get("family")
    data = [
        info
        for info in infos
        if (capability is None or capability in info["capabilities"])
        and (family is None or family == info["family"])
    ]
    return {"object": "list", "data": data}


def one_model(provider: str, name: str) -> dict[str, Any]:
    """One model by its id or alias, in the provider's shape.

    Raises:
        Refusal: 404, there is none.
    """
    known = catalog().model(provider, name)
    listed = known is not None and known.name in catalog().names(provider)
    if known is None or not listed or name not in known.names:
        raise Refusal(404, f"model: {name}", code="model_not_found")
    return anthropic_info(known) if provider == "anthropic" else bytespike_info(known)


def anthropic_info(model: Model) -> dict[str, Any]:
    """One model as Anthropic describes it. When it was deprecated the catalog does not say."""
    can = model.capabilities
    accepted = model.thinking.get("accepts") or ()
    searches = can.get("web_search")
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": f"{model.released or _UNKNOWN_DAY}T00:00:00Z",
        "lifecycle": model.status if model.status in LIFECYCLES else "active",
        "line": line_of(model),
        "max_input_tokens": model.context_window,
        "max_tokens": model.max_output,
        "deprecated_at": None,
        "retires_at": f"{model.retires}T00:00:00Z" if model.retires else None,
        "capabilities": {
            "batch": _leaf(can.get("batch")),
            "citations": _leaf(can.get("citations")),
            # What the catalog does not know of is what the simulator does not do.
            "code_execution": _leaf(False),
            "context_management": _leaf(False),
            "effort": _branch(_EFFORTS, model.effort_levels or ()),
            "image_input": _leaf(can.get("vision")),
            "pdf_input": _leaf(can.get("pdf")),
            "server_tools": {
                **_leaf(searches),
                "code_execution": _leaf(False),
                "web_search": _leaf(searches),
            },
            "structured_outputs": _leaf(can.get("structured_outputs")),
            "thinking": {
                **_leaf(bool({"enabled", "adaptive"} & set(accepted))),
                "types": {kind: _leaf(kind in accepted) for kind in _THINKING},
            },
        },
    }


def bytespike_info(model: Model) -> dict[str, Any]:
    """One model as ByteSpike describes it: in OpenAI's words."""
    can = model.capabilities
    documented = {
        "tool_use": can.get("tools"),
        "vision": can.get("vision"),
        "prompt_caching": can.get("prompt_caching"),
        "streaming": True,
    }
    released = datetime.fromisoformat(model.released or _UNKNOWN_DAY).replace(tzinfo=UTC)
    return {
        "id": model.name,
        "object": "model",
        "owned_by": "anthropic",
        "family": "claude",
        "capabilities": [name for name, supported in documented.items() if supported],
        "context_window": model.context_window,
        "max_output_tokens": model.max_output,
        "input_modalities": ["text", "image"] if can.get("vision") else ["text"],
        "output_modalities": ["text"],
        "pricing_url": _PRICING_URL,
        "created": int(released.timestamp()),
    }


def line_of(model: Model) -> str | None:
    """The line that a model belongs to, such as haiku."""
    return next((line for line in _LINES if line in model.name.split("-")), None)


def _models(provider: str) -> list[Model]:
    """All that the provider lists, newest first."""
    known = (catalog().model(provider, name) for name in catalog().names(provider))
    models = (model for model in known if model is not None)
    return sorted(models, key=lambda model: model.released or "", reverse=True)


def _leaf(supported: bool | None) -> dict[str, bool]:
    return {"supported": bool(supported)}


def _branch(names: Collection[str], supported: Collection[str]) -> dict[str, Any]:
    return {**_leaf(bool(supported)), **{name: _leaf(name in supported) for name in names}}
