"""Options of `workbench simulate` that say what a key may use and spend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from workbench.simulator.config import Limits

_PER_MINUTE = {"rpm": "Requests", "itpm": "Input tokens", "otpm": "Output tokens"}


def _usd(value: str) -> Decimal:
    """An amount of money. A ValueError is click's way to be told that it is none."""
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not (amount.is_finite() and amount >= 0):
        raise ValueError(value)
    return amount


_usd.__name__ = "usd"  # as click's messages call it


def service_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--tier`, `--rpm` and its kin, `--spend-limit`, `--wallet`, `--plan` and the like."""
    per_minute = [
        click.option(
            f"--{name}",
            type=click.IntRange(min=1),
            metavar="N",
            help=f"{what} a key may use in a minute (Anthropic).",
        )
        for name, what in _PER_MINUTE.items()
    ]
    for option in (
        click.option(
            "--batch-time",
            "batch_s",
            type=click.FloatRange(min=0),
            default=60.0,
            metavar="SECONDS",
            help="How long a message batch takes; beyond a day requests expire.",
        ),
        click.option(
            "--estimated-credits",
            "estimated_credits_header",
            metavar="HEADER",
            help="Tell in this header what an answer may cost (ByteSpike).",
        ),
        click.option(
            "--plan",
            type=click.Choice(["free", "pro", "max"]),
            help="How many requests may be in flight: 5, 25 or 100 (ByteSpike).",
        ),
        click.option(
            "--wallet", "wallet_usd", type=_usd, metavar="USD", help="What a key has paid in."
        ),
        click.option(
            "--spend-limit",
            "spend_limit_usd",
            type=_usd,
            metavar="USD",
            help="What a key may spend: in a month (Anthropic), in five hours (ByteSpike).",
        ),
        *reversed(per_minute),
        click.option(
            "--tier",
            type=click.Choice(["start", "build", "scale"]),
            help="Whose rate limits a key has (Anthropic); start by default.",
        ),
    ):
        command = option(command)
    return command


def limits_of(service: dict[str, Any]) -> Limits | None:
    """Take `--tier`, `--rpm`, `--itpm` and `--otpm` out of the options: the limits they make."""
    from workbench.simulator.config import TIERS

    tier = service.pop("tier")
    asked = {name: service.pop(name) for name in _PER_MINUTE}
    said = {name: number for name, number in asked.items() if number is not None}
    return replace(TIERS[tier or "start"], **said) if tier or said else None
