"""The list of models, as each provider answers `GET /v1/models`.

Source: messages-api.md sections 19 and 24.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.catalog.catalog import Catalog
from workbench.catalog.model import Model

_UNKNOWN_DAY = "1970-01-01T00:00:00Z"
_LIFECYCLES = ("deprecated", "retired")
_DEFAULT_LIMIT = 20


def model_list(catalog: Catalog, provider: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The list in the provider's shape; `limit` and `after_id` page through Anthropic's."""
    known = (catalog.model(provider, name) for name in catalog.names(provider))
    models = [model for model in known if model is not None]
    if provider == "bytespike":
        return {"object": "list", "data": [_openai_info(model) for model in models]}
    ids = [model.id for model in models]
    after = query.get("after_id", "")
    start = ids.index(after) + 1 if after in ids else 0
    limit = query.get("limit", "")
    page = models[start : start + (int(limit) if limit.isdecimal() else _DEFAULT_LIMIT)]
    return {
        "data": [model_info(model) for model in page],
        "has_more": start + len(page) < len(models),
        "first_id": page[0].id if page else None,
        "last_id": page[-1].id if page else None,
    }


def model_info(model: Model) -> dict[str, Any]:
    """One model as Anthropic describes it. The catalog keeps no day of birth."""
    can = model.capabilities
    accepted = model.thinking.get("accepts") or ()
    kinds = ("adaptive", "between_tools", "disabled", "enabled")
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": _UNKNOWN_DAY,
        "lifecycle": model.status if model.status in _LIFECYCLES else "active",
        "line": model.name.split("-")[1] if "-" in model.name else model.name,
        "max_input_tokens": model.context_window,
        "max_tokens": model.max_output,
        "deprecated_at": None,
        "retires_at": f"{model.retires}T00:00:00Z" if model.retires else None,
        "capabilities": {
            "batch": _leaf(can.get("batch")),
            "citations": _leaf(can.get("citations")),
            "image_input": _leaf(can.get("vision")),
            "pdf_input": _leaf(can.get("pdf")),
            "server_tools": _leaf(can.get("web_search")),
            "structured_outputs": _leaf(can.get("structured_outputs")),
            "effort": {
                **_leaf(bool(model.effort_levels)),
                **{level: _leaf(True) for level in model.effort_levels or ()},
            },
            "thinking": {
                **_leaf(bool(accepted)),
                "types": {kind: _leaf(kind in accepted) for kind in kinds},
            },
        },
    }


def _leaf(supported: bool | None) -> dict[str, bool]:
    return {"supported": bool(supported)}


def _openai_info(model: Model) -> dict[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "owned_by": "anthropic",
        "family": "claude",
        "context_window": model.context_window,
        "max_output_tokens": model.max_output,
    }
