"""Cache diagnostics: the first thing in which a request differs from the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator.talk import GET_ORDER, asked, said, streamed, talking
from workbench.simulator.diagnosis import BYTES_PER_TOKEN, Fingerprint, Past

H55 = "claude-haiku-5-5"
EPHEMERAL = {"type": "ephemeral"}
FIRST = {"role": "user", "content": "Where is my order?"}
REPLY = {"role": "assistant", "content": "On its way."}
SECOND = {"role": "user", "content": "Since when?"}
USUAL: dict[str, Any] = {
    "model": H55,
    "system": "Be kind.",
    "tools": [GET_ORDER],
    "messages": [FIRST],
}
NEXT = {"messages": [FIRST, REPLY, SECOND]}


def reason(change: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is said of a request that differs from the usual one so."""
    before = Fingerprint.of(asked(**USUAL))
    return Fingerprint.of(asked(**{**USUAL, **change})).reason(before)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"model": "claude-opus-5", "system": "Be curt."}, "model_changed"),
        ({"speed": "fast"}, "model_changed"),
        ({"system": "Be curt.", "tools": []}, "system_changed"),
        ({"tools": [{**GET_ORDER, "description": "Other."}], **NEXT}, "tools_changed"),
        ({"tools": [GET_ORDER, {**GET_ORDER, "name": "other"}]}, "tools_changed"),
        ({"messages": [REPLY, FIRST]}, "messages_changed"),
        ({"messages": [{**FIRST, "content": "When?"}, REPLY, SECOND]}, "messages_changed"),
    ],
)
def test_the_earliest_difference_is_told(change: dict[str, Any], kind: str) -> None:
    """Model, system, tools, messages: whichever comes first, with what it cost."""
    found = reason(change)

    assert found is not None
    assert found["type"] == kind
    assert found["cache_missed_input_tokens"] > 0


@pytest.mark.parametrize(
    "change",
    [
        NEXT,
        {"max_tokens": 5, "stream": True, "metadata": {"user_id": "a"}},
        {"system": [{"type": "text", "text": "Be kind.", "cache_control": EPHEMERAL}]},
        {"messages": [{**FIRST, "content": [{"type": "text", "text": FIRST["content"]}]}]},
    ],
)
def test_going_on_is_no_difference(change: dict[str, Any]) -> None:
    """More messages, other limits, moved breakpoints and another spelling are no divergence."""
    assert reason(change) is None


@pytest.mark.parametrize(
    "change",
    [
        {"tool_choice": {"type": "any"}},
        {"thinking": {"type": "disabled"}},
        {"output_config": {"effort": "low"}},
    ],
)
def test_other_settings_cannot_be_diagnosed(change: dict[str, Any]) -> None:
    """What may cost a hit without a changed prompt is unavailable, without a figure."""
    assert reason(change) == {"type": "unavailable"}


def test_another_set_of_betas_cannot_be_diagnosed() -> None:
    """Betas count as such settings."""
    one = asked(**USUAL)
    before = Fingerprint.of(one)
    after = Fingerprint.of(type(one)(one.body, one.model, betas=frozenset({"a-2026-01-01"})))

    assert after.reason(before) == {"type": "unavailable"}


def test_what_was_missed_is_what_stood_behind_the_change() -> None:
    """A later change costs less; the figure is the bytes that stood from there on."""
    long = {"role": "user", "content": "word " * 400}
    before = Fingerprint.of(asked(**{**USUAL, "messages": [long, REPLY, SECOND]}))
    late = Fingerprint.of(asked(**{**USUAL, "messages": [long, REPLY, FIRST]})).reason(before)
    early = Fingerprint.of(asked(**{**USUAL, "messages": [FIRST, REPLY, SECOND]})).reason(before)

    assert late is not None
    assert early is not None
    assert late["cache_missed_input_tokens"] < 40
    assert early["cache_missed_input_tokens"] > 2_000 // BYTES_PER_TOKEN


def test_workspaces_do_not_see_each_other() -> None:
    """An id of another workspace is an id that nobody knows."""
    past, print_ = Past(), Fingerprint.of(asked(**USUAL))
    body: dict[str, Any] = {"diagnostics": {"previous_message_id": "msg_1"}}
    past.diagnosis("a", "msg_1", {"diagnostics": {}}, print_)

    assert past.diagnosis("a", "msg_2", body, print_) == {"diagnostics": None}
    found = past.diagnosis("b", "msg_3", body, print_)["diagnostics"]
    assert found == {"cache_miss_reason": {"type": "previous_message_not_found"}}


def test_old_requests_are_forgotten() -> None:
    """Room is bounded: of many thousand requests the newest are known."""
    past, print_ = Past(), Fingerprint.of(asked(**USUAL))
    for i in range(2_005):
        past.diagnosis("a", f"msg_{i}", {"diagnostics": {}}, print_)

    def known(name: str) -> bool:
        asked_for = {"diagnostics": {"previous_message_id": name}}
        return past.diagnosis("a", "msg", asked_for, print_)["diagnostics"] is None

    assert (known("msg_0"), known("msg_2004")) == (False, True)


@pytest.mark.anyio
async def test_a_conversation_is_diagnosed_turn_by_turn() -> None:
    """Over HTTP: absent unasked, null while nothing differs, else a reason."""
    async with talking() as client:
        unasked = await said(client, **USUAL)
        one = await said(client, **USUAL, diagnostics={"previous_message_id": None})
        named = {"previous_message_id": one["id"]}
        two = await streamed(client, **{**USUAL, **NEXT}, diagnostics=named)
        curt = await said(client, **{**USUAL, "system": "Be curt."}, diagnostics=named)
        lost = await said(client, **USUAL, diagnostics={"previous_message_id": unasked["id"]})

    assert "diagnostics" not in unasked
    assert one["diagnostics"] is None
    assert two[0]["message"]["diagnostics"] is None
    assert curt["diagnostics"]["cache_miss_reason"]["type"] == "system_changed"
    assert lost["diagnostics"] == {"cache_miss_reason": {"type": "previous_message_not_found"}}
