"""How a simulator is set up."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.errors import SimulatorError

Provider = Literal["anthropic", "bytespike"]
PROVIDERS: tuple[Provider, ...] = ("anthropic", "bytespike")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """How a simulator is set up.

    Args:
        host: The address to listen on; loopback only.
        port: The port; 0 takes any free one.
        profile: The provider to play.
        speed: How many times as fast as the real one; infinity answers without waiting.
        seed: Draws other words and another jitter; the same seed gives the same again.
        scripts: Files of scripted replies, or folders of them, tried before those that ship.
        clock: Seconds, monotonic; what cache lifetimes are measured with.

    Raises:
        SimulatorError: A value cannot be used.
    """

    host: str = "127.0.0.1"
    port: int = 0
    profile: Provider = "anthropic"
    speed: float = 1.0
    seed: int = 0
    scripts: tuple[Path, ...] = ()
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK:
            raise SimulatorError(
                f"the simulator does not listen on {self.host}",
                hint=f"It serves this machine only: {', '.join(LOOPBACK)}.",
            )
        if self.profile not in PROVIDERS:
            raise SimulatorError(
                f"the simulator cannot play {self.profile!r}",
                hint=f"It plays {' and '.join(PROVIDERS)}.",
            )
        if math.isnan(self.speed) or self.speed <= 0:
            raise SimulatorError(
                f"a speed of {self.speed:g} is no speed",
                hint="1 is the real pace, 10 ten times as fast, inf without waiting.",
            )
