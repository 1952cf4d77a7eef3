"""Where a conversation goes on: at a provider, with whatever key is there."""

from __future__ import annotations

from workbench.api.endpoint import Endpoint, endpoint
from workbench.catalog.catalog import catalog
from workbench.errors import AuthenticationFailed
from workbench.run import Run
from workbench.sessions.continued import Conversation, Target, mocks_of
from workbench.workbench.plan import Plan


def target_at(where: Endpoint, model: str = "") -> Target:
    """Where a conversation goes on: there; on another model, where one is named."""
    return Target(where.profile.name, model, where.account)


def target_for(conversation: Conversation, provider: str = "", model: str = "") -> Target:
    """Where a conversation goes on: where it was, or at the provider of this name.

    Its key need not be set; of a server that was named by its address nothing is known.

    Raises:
        SettingsError: No such provider.
    """
    provider = provider or conversation.run.provider
    if provider == conversation.run.provider and provider not in catalog().profiles:
        return Target(provider, model)
    try:
        return target_at(endpoint(lambda name: catalog().profile(name), provider), model)
    except AuthenticationFailed:
        return Target(provider, model)


def conversation_now(plan: Plan, run: Run, where: Endpoint) -> Conversation:
    """The conversation of a run of the round that was just sent."""
    return Conversation(
        f"{plan.name} {run.run_id}",
        plan.name,
        plan.requests[run.run_id],
        run,
        where.account,
        mocks_of(plan.info),
    )
