"""New variants from old ones: their names and what they do otherwise."""

from __future__ import annotations

import pytest

from workbench.catalog.catalog import catalog
from workbench.errors import SettingsError
from workbench.tui.vary import (
    New,
    copied,
    read_temperatures,
    with_efforts,
    with_models,
    with_temperatures,
)


def test_names_say_what_differs_and_from_what() -> None:
    """Of base only what differs; a name that is taken gets a number."""
    assert with_temperatures("base", [0, 0.5], {"t0"}) == [
        New("t0-2", {"temperature": 0}),
        New("t0.5", {"temperature": 0.5}),
    ]
    assert [one.name for one in with_efforts("terse", ["low"], ())] == ["terse-effort-low"]
    assert copied("base", {"base-2", "base-3"}).name == "base-4"


@pytest.mark.parametrize(
    ("typed", "values"),
    [("0, 0.5, 1", [0, 0.5, 1]), ("1 .25 1", [1, 0.25]), ("1.0", [1])],
)
def test_temperatures_are_read_as_people_write_them(typed: str, values: list[float]) -> None:
    """With commas or without, each once."""
    assert read_temperatures(typed) == values
    assert [type(value) for value in read_temperatures(typed)] == [type(v) for v in values]


@pytest.mark.parametrize("typed", ["", "  ", "hot", "1.5", "-1", "nan", "inf", "0.5, x"])
def test_what_is_no_temperature_is_said(typed: str) -> None:
    """With what to write."""
    with pytest.raises(SettingsError) as refused:
        read_temperatures(typed)
    assert refused.value.hint


def test_a_model_that_takes_no_temperature_is_asked_without() -> None:
    """What its request would have is taken out, and nothing else."""
    known = [catalog().model("anthropic", f"claude-haiku-{number}") for number in ("5-5", "4-5")]
    models = [model for model in known if model is not None]
    body = {"temperature": 0, "max_tokens": 5}

    assert with_models("base", models, body, ()) == [
        New("haiku-5-5", {"model": "claude-haiku-5-5", "temperature": None}),
        New("haiku-4-5", {"model": "claude-haiku-4-5"}),
    ]
