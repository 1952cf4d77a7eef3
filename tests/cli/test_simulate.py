"""The options of `workbench simulate` reach the simulator."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from workbench.cli import simulate
from workbench.cli.main import main
from workbench.simulator.config import PLANS, TIERS, Limits, SimulatorConfig


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[SimulatorConfig]:
    """What would have been served."""
    configs: list[SimulatorConfig] = []

    async def serve(config: SimulatorConfig) -> None:
        configs.append(config)

    monkeypatch.setattr(simulate, "_serve", serve)
    return configs


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ([], {"limits": None, "wallet_usd": None, "plan": None, "batch_s": 60.0}),
        (["--rpm", "50"], {"limits": Limits(rpm=50)}),
        (["--itpm", "7", "--otpm", "9"], {"limits": Limits(itpm=7, otpm=9)}),
        (["--tier", "build"], {"limits": TIERS["build"]}),
        (["--tier", "scale", "--otpm", "5"], {"limits": replace(TIERS["scale"], otpm=5)}),
        (["--spend-limit", "0.50", "--wallet", "3"],
         {"spend_limit_usd": Decimal("0.5"), "wallet_usd": Decimal(3)}),
        (["--profile", "bytespike", "--plan", "free", "--estimated-credits", "X-C"],
         {"plan": "free", "estimated_credits_header": "X-C", "limits": None}),
        (["--batch-time", "5"], {"batch_s": 5.0}),
    ],
)  # fmt: skip
def test_options_say_what_a_key_may_use_and_spend(
    options: list[str], fields: dict[str, Any], served: list[SimulatorConfig]
) -> None:
    """Each is a field of the config; one limit changes nothing about the others."""
    assert main(["simulate", *options]) == 0
    assert {name: getattr(served[0], name) for name in fields} == fields


@pytest.mark.parametrize("option", [["--tier", name] for name in TIERS])
def test_every_tier_can_be_asked_for(option: list[str], served: list[SimulatorConfig]) -> None:
    """The choices are the simulator's own."""
    assert main(["simulate", *option]) == 0
    assert served[0].limits == TIERS[option[1]]


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_can_be_asked_for(plan: str, served: list[SimulatorConfig]) -> None:
    """The choices are the simulator's own."""
    assert main(["simulate", "--profile", "bytespike", "--plan", plan]) == 0
    assert served[0].plan == plan


@pytest.mark.parametrize(
    "options",
    [
        ["--rpm", "0"],
        ["--wallet", "much"],
        ["--wallet", "-1"],
        ["--wallet", "nan"],
        ["--batch-time", "inf"],
        ["--plan", "max"],
        ["--profile", "bytespike", "--rpm", "5"],
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_served(
    options: list[str], served: list[SimulatorConfig], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and no traceback."""
    assert main(["simulate", *options]) == 2
    assert served == []
    assert "Traceback" not in capsys.readouterr().err
