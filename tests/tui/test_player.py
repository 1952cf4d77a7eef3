"""The player: a pure clock over saved events."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.player import SPEEDS, Player

Act = Callable[[Player, float], object]

moments = st.lists(st.integers(0, 50).map(lambda tenths: tenths / 10), max_size=12).map(sorted)
acts: st.SearchStrategy[Act] = st.one_of(
    st.just(lambda player, now: player.pause(now)),
    st.just(lambda player, now: player.play(now)),
    st.integers(-3, 3).map(lambda n: lambda player, now: player.step(n, now)),
    st.integers(-6, 6).map(lambda n: lambda player, now: player.change_speed(n, now)),
    st.floats(-2, 8).map(lambda at: lambda player, now: player.seek(at, now)),
)


@given(moments, st.lists(st.tuples(acts, st.floats(0, 3)), max_size=12))
def test_what_was_played_is_what_had_happened_by_then(
    times: list[float], done: list[tuple[Act, float]]
) -> None:
    """After any acts at any time, no event is played early and, once due, none is left out."""
    player, now = Player(times, 0.0), 0.0
    for act, later in done:
        now += later
        act(player, now)
        player.play(now)
        at_s = player.at_s(now)

        assert 0 <= at_s <= player.length_s
        assert player.speed in SPEEDS
        assert all(at <= at_s for at in times[: player.index])
        if not player.paused:
            assert all(at > at_s for at in times[player.index :])


@given(moments, st.sampled_from(SPEEDS))
def test_waiting_as_told_plays_every_event(times: list[float], speed: float) -> None:
    """Waiting as long as the player says plays all events, at any speed, and then it has ended."""
    player, now = Player(times, 0.0), 0.0
    player.change_speed(SPEEDS.index(speed) - SPEEDS.index(player.speed), now)
    while (wait_s := player.wait_s(now)) is not None:
        now += wait_s + 1e-6
        before = player.index
        player.play(now)
        assert player.index > before

    assert player.index == len(times)
    assert player.ended
    assert now <= player.length_s / speed + 1e-4


def test_a_pause_holds_the_moment() -> None:
    """While paused nothing is due, however long it takes; then it goes on from there."""
    player = Player(
        (
            1,
            2,
        ),
        0.0,
    )
    player.play(1.5)
    player.pause(1.5)

    assert player.wait_s(100) is None
    player.play(100)
    assert (player.index, player.at_s(100)) == (1, 1.5)

    player.pause(100)
    assert player.wait_s(100) == 0.5


def test_a_step_pauses_and_moves_by_one_event() -> None:
    """Steps go event by event in both ways, and stop at both ends."""
    player = Player(
        (
            1,
            2,
            3,
        ),
        0.0,
    )
    places = []
    for step in (1, 1, 1, 1, -1, -1, -1, -1):
        player.step(step, 0.0)
        places.append((player.index, player.at_s(9.0)))

    assert player.paused
    assert places == [(1, 1), (2, 2), (3, 3), (3, 3), (2, 2), (1, 1), (0, 0), (0, 0)]


def test_going_on_at_the_end_begins_anew() -> None:
    """At the end, played or stepped to, the pause key plays the round again."""
    ways: list[Act] = [lambda p, now: p.play(now), lambda p, now: p.step(9, now)]
    for to_the_end in ways:
        player = Player(
            (
                1,
                2,
            ),
            0.0,
        )
        to_the_end(player, 9.0)
        player.pause(9.0)

        assert (player.paused, player.index, player.wait_s(9.0)) == (False, 0, 1.0)


def test_twice_the_speed_takes_half_the_time() -> None:
    """A change of speed keeps the moment and shortens the wait."""
    player = Player((4,), 0.0)
    player.change_speed(1, 2.0)

    assert player.at_s(2.0) == 2.0
    assert player.wait_s(2.0) == 1.0


def test_speeds_end_where_they_end() -> None:
    """Slower than the slowest and faster than the fastest change nothing."""
    player = Player((1,), 0.0)
    player.change_speed(-9, 0.0)
    assert player.speed == SPEEDS[0]
    player.change_speed(99, 0.0)
    assert player.speed == SPEEDS[-1]
    assert all(slow < fast for slow, fast in pairwise(SPEEDS))


def test_a_round_without_events_has_ended() -> None:
    """Nothing to play is no error."""
    player = Player((), 0.0)

    assert player.ended
    assert (player.wait_s(1.0), player.length_s, player.at_s(1.0)) == (None, 0.0, 0.0)
