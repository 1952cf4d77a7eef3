"""Rules on parameters: 7 to 10, 30, 34 and 35."""

from __future__ import annotations

from workbench.simulator.asked import Asked
from workbench.simulator.rules.shape import NEW_VERSION

VERSIONS = ("2023-06-01", NEW_VERSION)
GEOGRAPHIES = ("global", "us")
_DEFAULT_TOP_P = 0.99
_KNOWS_GEOGRAPHY = (4, 6)


def max_tokens(asked: Asked) -> str | None:
    """7: `max_tokens` is at most what the model can write."""
    most, wanted = asked.model.max_output, asked.body.get("max_tokens", 0)
    if most is None or wanted <= most:
        return None
    return (
        f"max_tokens: {wanted} > {most}, which is the maximum allowed number of output tokens "
        f"for {asked.model.id}"
    )


def ranges(asked: Asked) -> str | None:
    """8: Sampling parameters are within their ranges."""
    for name in ("temperature", "top_p"):
        value = asked.body.get(name, 1)
        if value < 0:
            return f"{name}: Input should be greater than or equal to 0"
        if value > 1:
            return f"{name}: Input should be less than or equal to 1"
    if asked.body.get("top_k", 0) < 0:
        return "top_k: Input should be greater than or equal to 0"
    return None


def stop_sequences(asked: Asked) -> str | None:
    """8, by its kin: a stop sequence that is blank would stop everything."""
    if any(not sequence.strip() for sequence in asked.body.get("stop_sequences") or ()):
        return "stop_sequences: each stop sequence must contain non-whitespace"
    return None


def temperature_or_top_p(asked: Asked) -> str | None:
    """9: Models of the 4.5 generation take one of them, not both."""
    if asked.model.sampling == "xor" and {"temperature", "top_p"} <= set(asked.body):
        return (
            "`temperature` and `top_p` cannot both be specified for this model. "
            "Please use only one."
        )
    return None


def default_sampling(asked: Asked) -> str | None:
    """10: Newer models tolerate the default values only."""
    if asked.model.sampling != "default_only":
        return None
    changed = {
        "temperature": asked.temperature != 1,
        "top_p": asked.body.get("top_p", 1) < _DEFAULT_TOP_P,
        "top_k": "top_k" in asked.body,
    }
    name = next((name for name, differs in changed.items() if differs), None)
    return None if name is None else f"`{name}` is deprecated for this model."


def pre_warm(asked: Asked) -> str | None:
    """30: `max_tokens: 0` only warms the cache; it goes with nothing that shapes an answer.

    [G] wording.
    """
    if asked.counting or asked.body.get("max_tokens") != 0:
        return None
    clashes = {
        "batches": asked.batched,
        "stream": bool(asked.body.get("stream")),
        "thinking": asked.thinking == "enabled",
        "output_config.format": asked.format is not None,
        "tool_choice": asked.forced,
    }
    name = next((name for name, clashing in clashes.items() if clashing), None)
    return None if name is None else f"max_tokens: 0 is not supported with `{name}`"


def geography_of(asked: Asked) -> str:
    """Where it is worked out, as `usage.inference_geo` tells it. [G] before 4.6 and by default."""
    if _knows_geography(asked):
        return str(asked.body.get("inference_geo") or "global")
    return "not_available"


def _knows_geography(asked: Asked) -> bool:
    generation = asked.model.generation
    return generation is None or generation >= _KNOWS_GEOGRAPHY


def geography(asked: Asked) -> str | None:
    """35: Where it is worked out can be chosen from 4.6 on. [G] wording."""
    wanted = asked.body.get("inference_geo")
    if wanted is None:
        return None
    if not _knows_geography(asked):
        return "inference_geo: This model does not support the inference_geo parameter."
    if wanted not in GEOGRAPHIES:
        return "inference_geo: Input should be 'global' or 'us'"
    return None


def speed(asked: Asked) -> str | None:
    """35: Fast mode needs a model that has it, and on some of them a beta. [G] wording."""
    if asked.body.get("speed") != "fast":
        return None
    mode = asked.model.fast_mode
    if mode is None:
        return f"speed: '{asked.model.id}' does not support fast mode."
    beta = mode.get("beta_header")
    if beta is not None and beta not in asked.betas:
        return f"speed: fast mode on this model requires the beta header '{beta}'."
    return None


def version(asked: Asked) -> str | None:
    """34: `anthropic-version` is there and known."""
    if not asked.version:
        return "anthropic-version: header is required"
    if asked.version not in VERSIONS:
        return f'anthropic-version: "{asked.version}" is not a valid version'
    return None
