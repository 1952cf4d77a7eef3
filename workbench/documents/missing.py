"""What a model or a provider does not have, and so refuses: fields, tools, modes.

Pure; what the catalog does not know is not foreseen. Source: messages-api.md sections 4, 6, 8 and
24, and what models.yaml lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalog.model import Model
from workbench.catalog.profile import Profile
from workbench.documents.finding import Finding, Keys, dotted, named
from workbench.documents.tool_shape import OWN_TYPE
from workbench.wire.request import BETA_REQUEST_FIELDS

_KNOWS_PLACES = (4, 6)
"""From this generation on, `inference_geo` may be chosen."""
_OPAQUE = ("input", "input_schema", "input_examples", "schema")
Body = Mapping[str, Any]


def missing_findings(body: Body, model: Model | None, profile: Profile) -> Iterator[Finding]:
    """What of this body the provider, or the model, has nothing to serve with."""
    yield from named("undocumented-field", _undocumented(body, profile))
    yield from named("beta-field", _beta_fields(body))
    if model is not None:
        yield from named("inference-geo", _geography(body, model))
        yield from named("fast-mode", _fast_mode(body, model))
        yield from named("served-tools", _served_tools(body, model))
        yield from named("output-schema", _structured(body, model))


def _undocumented(body: Body, profile: Profile) -> Iterator[Finding]:
    """Fields, and values of fields (`tool_choice.type=none`), that no page of theirs names."""
    for entry in profile.undocumented_fields:
        path, equals, value = entry.removesuffix("_top_level").partition("=")
        found = _with_value((), body, path, value) if equals else [(path,)] if path in body else ()
        for keys in found:
            what = f"{path}: {value}" if equals else path
            problem = f"{profile.name} does not document `{what}`, and may refuse it (422)"
            yield Finding(keys, problem, "Leave it out there, or try it.", at_key=True)


def _with_value(keys: Keys, inner: Any, path: str, value: str) -> Iterator[Keys]:
    """Every place whose way ends in `path` and that holds `value`."""
    pairs = enumerate(inner) if isinstance(inner, list) else ()
    for key, below in inner.items() if isinstance(inner, Mapping) else pairs:
        here: Keys = (*keys, key)
        if below == value and f".{dotted(here)}".endswith(f".{path}"):
            yield here
        elif key not in _OPAQUE:
            yield from _with_value(here, below, path, value)


def _beta_fields(body: Body) -> Iterator[Finding]:
    for name in BETA_REQUEST_FIELDS:
        if name in body:
            problem = f"`{name}` needs a beta header, and the workbench sends none"
            yield Finding((name,), problem, "Leave it out.", at_key=True)


def _geography(body: Body, model: Model) -> Iterator[Finding]:
    if "inference_geo" in body and (model.generation or _KNOWS_PLACES) < _KNOWS_PLACES:
        problem = f"{model.id} does not support `inference_geo`"
        yield Finding(("inference_geo",), problem, "Leave it out.", at_key=True)


def _fast_mode(body: Body, model: Model) -> Iterator[Finding]:
    if body.get("speed") != "fast":
        return
    if model.fast_mode is None:
        yield Finding(("speed",), f"{model.id} has no fast mode", "Leave `speed` out.")
    elif beta := model.fast_mode.get("beta_header"):
        problem = f"fast mode on {model.id} needs the beta header {beta}, which is not sent"
        yield Finding(("speed",), problem, "Leave `speed` out.")


def _served_tools(body: Body, model: Model) -> Iterator[Finding]:
    if model.capabilities.get("web_search") is not False:
        return
    for index, tool in enumerate(body.get("tools") or ()):
        if (kind := tool.get("type", OWN_TYPE)) != OWN_TYPE:
            problem = f"{model.id} at {model.provider} has no `{kind}`: it runs no tools itself"
            yield Finding(("tools", index, "type"), problem, "Define a tool of your own.")


def _structured(body: Body, model: Model) -> Iterator[Finding]:
    asked = (body.get("output_config") or {}).get("format") is not None
    if asked and model.capabilities.get("structured_outputs") is False:
        problem = f"{model.id} at {model.provider} has no structured outputs"
        yield Finding(("output_config", "format"), problem, "Leave it out.", at_key=True)
