"""A round before it is sent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from workbench.documents.prompt import load_prompt
from workbench.errors import DocumentError, WorkbenchError
from workbench.workbench.ahead import ahead_of
from workbench.workbench.bench import open_workbench
from workbench.workbench.forecast import forecast
from workbench.workbench.plan import MOST_CONCURRENT, Plan, Settings

PROMPT = """model: claude-haiku-4-5
max_tokens: 100
messages: [{role: user, content: 'Hello {{name}}'}]
inputs: {name: {default: Ann}}
cases: file://own.cases.yaml
variants: {base: {}, cold: {temperature: 0}}
"""
CASES = "cases:\n- {id: one, vars: {name: Bob}}\n- {id: two, vars: {name: Eve}}\n"


def planned(folder: Path, extra: str = "", **settings: object) -> Plan:
    """The next round of a prompt with two variants and two cases."""
    (folder / "own.prompt.yaml").write_text(PROMPT + extra)
    (folder / "own.cases.yaml").write_text(CASES)
    prompt = load_prompt(folder / "own.prompt.yaml")
    return open_workbench(folder).plan(prompt, Settings(**settings))  # type: ignore[arg-type]


def test_each_variant_is_a_run(tmp_path: Path) -> None:
    """With an id of its own, the model it goes to, and the body that will be sent."""
    plan = planned(tmp_path)

    assert [(run.run_id, run.variant, run.model) for run in plan.runs] == [
        ("r1-1", "base", "claude-haiku-4-5"),
        ("r1-2", "cold", "claude-haiku-4-5"),
    ]
    assert all(run.simulated for run in plan.runs)
    assert "Hello Ann" in plan.requests["r1-1"].to_json()
    assert plan.requests["r1-2"].body["temperature"] == 0


def test_repeats_and_cases_multiply(tmp_path: Path) -> None:
    """Every variant for every case, as often as was asked."""
    plan = planned(tmp_path, cases=["two", "one"], repeat=2)

    assert {(run.case, run.variant, run.repeat) for run in plan.runs} == {
        (case, variant, repeat)
        for case in ("one", "two")
        for variant in ("base", "cold")
        for repeat in (1, 2)
    }
    assert "Hello Eve" in plan.requests[plan.runs[0].run_id].to_json()


def test_cases_variants_matrix_and_repeats_are_one_plan(tmp_path: Path) -> None:
    """Each with each of the others, once."""
    matrix = "matrix: {model: [claude-haiku-4-5, claude-sonnet-4-5]}\n"
    plan = planned(tmp_path, matrix, cases=["one", "two"], repeat=2)

    assert {
        (run.case, run.variant.partition("/")[0], run.model, run.repeat) for run in plan.runs
    } == {
        (case, variant, model, repeat)
        for case in ("one", "two")
        for variant in ("base", "cold")
        for model in ("claude-haiku-4-5", "claude-sonnet-4-5")
        for repeat in (1, 2)
    }
    assert len(plan.runs) == len({run.run_id for run in plan.runs}) == 16
    sent = plan.requests[next(r.run_id for r in plan.runs if "sonnet" in r.model)]
    assert sent.model == "claude-sonnet-4-5"


def test_what_the_user_gives_wins(tmp_path: Path) -> None:
    """Values over defaults, a model over the file's, some variants instead of all."""
    plan = planned(tmp_path, values={"name": "Zoe"}, only=["cold"], model="claude-sonnet-4-5")

    assert [run.variant for run in plan.runs] == ["cold"]
    assert plan.runs[0].model == "claude-sonnet-4-5"
    assert "Hello Zoe" in plan.requests["r1-1"].to_json()
    assert plan.info.values == {"name": "Zoe"}


def test_an_unknown_case_or_variant_is_one_clear_line(tmp_path: Path) -> None:
    """It says which there are."""
    with pytest.raises(WorkbenchError):
        planned(tmp_path, cases=["three"])
    with pytest.raises(WorkbenchError):
        planned(tmp_path, only=["hot"])


def test_a_value_that_is_missing_is_a_problem_with_its_place(tmp_path: Path) -> None:
    """By file, line and column."""
    (tmp_path / "a.prompt.yaml").write_text(PROMPT.split("inputs")[0])
    prompt = load_prompt(tmp_path / "a.prompt.yaml")
    with pytest.raises(DocumentError) as refused:
        open_workbench(tmp_path).plan(prompt)

    assert (refused.value.problems[0].line, "name" in refused.value.problems[0].problem) == (
        3,
        True,
    )


@pytest.mark.parametrize(
    ("in_file", "given", "at_once"),
    [("", None, 4), ("limits: {concurrency: 2}\n", None, 2), ("limits: {concurrency: 2}\n", 9, 9)],
)
def test_how_many_go_at_once(tmp_path: Path, in_file: str, given: int | None, at_once: int) -> None:
    """What is given, else what the file says, else four; never more than is sound."""
    assert planned(tmp_path, in_file, concurrency=given).info.concurrency == at_once
    assert planned(tmp_path, concurrency=10_000).info.concurrency == MOST_CONCURRENT


@pytest.mark.parametrize("limit", ["max_cost_usd", "max_run_cost_usd"])
def test_what_is_certain_to_cost_too_much_is_not_planned(tmp_path: Path, limit: str) -> None:
    """Certain is the input alone: how long the answers get is watched as they stream."""
    with pytest.raises(WorkbenchError, match="over the limit") as refused:
        planned(tmp_path, "", **{limit: Decimal("0.000001")})
    assert refused.value.hint

    plan = planned(tmp_path, "", **{limit: Decimal("0.0001")})

    ahead = forecast(plan)
    assert ahead.usd_at_most is not None
    assert ahead.usd_at_most > Decimal("0.0001")


def test_limits_of_the_file_hold_where_none_is_given(tmp_path: Path) -> None:
    """Of the round and of each run; what is given wins, 0 included."""
    plan = planned(tmp_path, "limits: {cost_usd: 0.5, run_cost_usd: 0.25}\n")

    assert (plan.max_cost_usd, plan.max_run_cost_usd) == (Decimal("0.5"), Decimal("0.25"))
    with pytest.raises(WorkbenchError, match="over the limit"):
        planned(tmp_path, "limits: {cost_usd: 0.5}\n", max_cost_usd=Decimal(0))


def test_a_limit_cannot_be_kept_where_the_price_is_not_known(tmp_path: Path) -> None:
    """Unknown is not free."""
    with pytest.raises(WorkbenchError, match="not known"):
        planned(tmp_path, model="my-own-model", max_cost_usd=Decimal("1"))


def test_a_forecast_lies_between_two_bounds(tmp_path: Path) -> None:
    """The input alone, and the input with answers as long as may be; twice the runs, twice all."""
    once, twice = forecast(planned(tmp_path)), forecast(planned(tmp_path, repeat=2))

    assert once.usd_at_least is not None
    assert once.usd_at_most is not None
    assert 0 < once.usd_at_least < once.usd_at_most
    assert once.usd_at_most - once.usd_at_least == Decimal(2 * 100 * 5) / 1_000_000
    assert twice.usd_at_most == 2 * once.usd_at_most
    assert twice.input_tokens.tokens == 2 * once.input_tokens.tokens


def test_rate_limits_are_those_of_each_model(tmp_path: Path) -> None:
    """By requests or tokens, whichever takes longest; where they are not known, that is said."""
    few, many = ahead_of(planned(tmp_path)), ahead_of(planned(tmp_path, repeat=800))
    assert (few.limits_s, many.limits_s) == (0, 36)  # 1,600 requests, 1,000 of them a minute
    assert "up to 36 s of waiting for rate limits, by Anthropic's Start tier" in many.lines

    own = "matrix: {model: [claude-haiku-4-5, claude-sonnet-4-5], max_tokens: [1000]}\n"
    mixed = ahead_of(planned(tmp_path, own, repeat=500))
    assert mixed.limits_s == 90  # a million tokens out by Haiku's 1,000 runs, 400,000 a minute
    assert mixed.limits_unknown == ("claude-sonnet-4-5",)
    assert "; rate limits of claude-sonnet-4-5 are not known here" in "\n".join(mixed.lines)

    other = ahead_of(planned(tmp_path, model="claude-sonnet-4-5"))
    assert other.limits_s is None
    assert "rate limits of claude-sonnet-4-5 are not known here" in other.lines


def test_a_budget_is_shared_by_all_variants(tmp_path: Path) -> None:
    """Of four, a quarter of the runs that it buys is each one's; three comparisons are made."""
    matrix = "matrix: {max_tokens: [100, 101]}\n"
    ahead = ahead_of(planned(tmp_path, matrix, repeat=10, max_cost_usd=Decimal("0.01")))
    most = ahead.forecast.usd_at_most
    assert most is not None
    assert ahead.affordable is not None
    assert ahead.affordable.pairs == int(Decimal("0.01") / (most / 10))
    assert ahead.lines[-1].endswith("not enough to see even 95/5, corrected for 3 comparisons")


def test_no_price_no_forecast(tmp_path: Path) -> None:
    """Tokens are estimated all the same."""
    ahead = forecast(planned(tmp_path, model="my-own-model"))

    assert (ahead.usd_at_least, ahead.usd_at_most) == (None, None)
    assert ahead.input_tokens.tokens > 0


def test_what_is_redacted_is_what_filled_the_variables(tmp_path: Path) -> None:
    """Of each run its own case's value, and the default; by the file, by the user, or both."""
    plan = planned(tmp_path, "redact: [name]\n", cases=["one", "two"], redact_tools=True)
    assert (plan.info.redacted, plan.info.redacted_tools) == (("name",), True)
    assert plan.redaction is not None
    assert plan.redaction.tools
    assert plan.redaction.values["r1-1"] == {"Ann", "Bob"}
    assert plan.redaction.values["r1-3"] == {"Ann", "Eve"}

    plan = planned(tmp_path, values={"name": "Zoe"}, redact=["name"])
    assert plan.redaction is not None
    assert plan.redaction.values["r1-1"] == {"Ann", "Zoe"}
    assert planned(tmp_path).redaction is None
    with pytest.raises(WorkbenchError, match=r"no text of .* uses \{\{nam"):
        planned(tmp_path, redact=["nam"])
