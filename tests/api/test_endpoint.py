"""Endpoints: whose key goes where."""

from __future__ import annotations

import pytest

from workbench.api.endpoint import default_provider, endpoint
from workbench.catalog.catalog import catalog
from workbench.errors import AuthenticationFailed, SettingsError

KEYS = {"ANTHROPIC_API_KEY": "sk-ant-1", "BYTESPIKE_API_KEY": "sk-byts-1"}


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({}, "simulator"),
        (KEYS, "anthropic"),
        ({"BYTESPIKE_API_KEY": "x"}, "bytespike"),
        ({"WORKBENCH_API_KEY": "x"}, "simulator"),
    ],
)
def test_the_default_provider_is_the_first_whose_key_is_set(env: dict[str, str], name: str) -> None:
    """Without a key it works all the same, on the simulator."""
    assert default_provider(env) == name
    assert endpoint(catalog().profile, env=env).profile.name == name


def test_each_provider_gets_its_own_key_only() -> None:
    """A key is bound to its profile."""
    assert endpoint(catalog().profile, "anthropic", env=KEYS).key == "sk-ant-1"
    assert endpoint(catalog().profile, "bytespike", env=KEYS).key == "sk-byts-1"
    assert endpoint(catalog().profile, "bytespike", env=KEYS).base_url == "https://llm.bytespike.ai"


def test_a_base_url_given_by_hand_gets_no_providers_key() -> None:
    """Trap 32: ANTHROPIC_API_KEY does not leak to another host; WORKBENCH_API_KEY may go."""
    there = "http://localhost:9/"

    assert endpoint(catalog().profile, base_url=there, env=KEYS).key is None
    assert endpoint(catalog().profile, "anthropic", there, KEYS).key is None
    mine = endpoint(catalog().profile, base_url=there, env={**KEYS, "WORKBENCH_API_KEY": "mine"})
    assert (mine.key, mine.base_url, mine.local) == ("mine", "http://localhost:9", True)


def test_a_missing_key_says_which_variable_to_set() -> None:
    """One clear line before anything is sent."""
    with pytest.raises(AuthenticationFailed, match="ANTHROPIC_API_KEY is not set") as missing:
        endpoint(catalog().profile, "anthropic", env={})
    assert "simulator" in missing.value.hint


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x", "http://", "nonsense"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    """With an example of a good one."""
    with pytest.raises(SettingsError, match="no base URL"):
        endpoint(catalog().profile, base_url=url, env={})


def test_an_unknown_provider_lists_the_known_ones() -> None:
    """And where to add another."""
    with pytest.raises(SettingsError) as unknown:
        endpoint(catalog().profile, "openai", env={})
    assert "anthropic" in unknown.value.hint
    assert "config.yaml" in unknown.value.hint
