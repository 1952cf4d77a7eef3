"""What has come of a run: what it cost, and how it is told as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.catalog.catalog import catalog
from workbench.catalog.model import Model
from workbench.costs import Cost, cost_of_run, usd_text
from workbench.run import Run, RunProblem
from workbench.tokens import count, hidden_tokens

if TYPE_CHECKING:
    from workbench.compare.checks import Grade


def model_of(run: Run) -> Model | None:
    """What the catalog knows of the model that a run was sent to."""
    return catalog().model(run.provider, run.model)


def image_tier_of(run: Run) -> str:
    """By which tier the model of a run counts pictures; empty where nobody knows."""
    model = model_of(run)
    return model.image_tier if model is not None else ""


def cost_of(run: Run) -> Cost:
    """What a run cost, or is about to: an estimate while it streams or where it was cut."""
    model = model_of(run)
    written = None
    if run.stop_reason is None and run.blocks:
        tokenizer = model.tokenizer if model and model.tokenizer else "classic"
        shown = "".join(block.shown for block in run.blocks.values())
        written = count(shown, tokenizer) if run.end_state else len(shown) // 4
        written += sum(hidden_tokens(block.sealed) for block in run.blocks.values())
    return cost_of_run(run, model, output_tokens=written)


def as_json(run: Run, session: Path | None, grade: Grade | None = None) -> dict[str, Any]:
    """A run as `--json` prints it, live or replayed. Source: design, section 6.

    To the fields named there come the `discarded` tries: what was refused before another one.
    """
    cost = cost_of(run)
    return {
        "run": run.run_id,
        "round": run.round_id,
        "variant": run.variant,
        "case": run.case,
        "repeat": run.repeat,
        "provider": run.provider,
        "model": run.model,
        "simulated": run.simulated,
        "end_state": run.end_state,
        "stop_reason": run.stop_reason,
        "content": run.content,
        "usage": dict(run.usage.counts),
        "cost_usd": usd_text(cost.usd),
        "cost_is_estimate": cost.is_estimate,
        "first_token_s": run.first_token_s,
        "total_s": run.total_s,
        "request_id": run.request_id,
        "attempts": run.attempts,
        "discarded": [
            {**_error_json(tried), "request_id": tried.request_id} for tried in run.discarded
        ],
        "error": None if run.problem is None else _error_json(run.problem),
        "session": str(session) if session else None,
        **_graded(grade),
    }


def _graded(grade: Grade | None) -> dict[str, Any]:
    if grade is None or not grade.results:
        return {}
    told = grade.to_json()
    return {"passed": told["passed"], "score": told["score"], "checks": told["results"]}


def _error_json(problem: RunProblem) -> dict[str, Any]:
    return {
        "type": problem.type,
        "status": problem.status,
        "problem": problem.problem,
        "hint": problem.hint,
    }
