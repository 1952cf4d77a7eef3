"""Where requests go and with which key."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from workbench.catalog.profile import SIMULATOR, SIMULATOR_PROFILE, Profile
from workbench.errors import AuthenticationFailed, SettingsError

FREE_KEY = "WORKBENCH_API_KEY"
"""The only key that is ever sent to a base URL given by hand."""

HIDDEN_KEY = "[secret]"
"""What stands where our own key was."""

_SHORTEST_SECRET = 12
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A provider's address with the key that belongs to it.

    Args:
        profile: The provider.
        base_url: Where it answers, without a trailing slash; empty for a simulator not started.
        key: The secret, or None where none is needed. Never shown in a repr.
        given: Whether the base URL was given by hand.
    """

    profile: Profile
    base_url: str
    key: str | None = field(default=None, repr=False)
    given: bool = False

    @property
    def account(self) -> str:
        """Tells this key from another without telling it; empty where there is none."""
        secret = self.secret
        return sha256(f"workbench account {secret}".encode()).hexdigest()[:12] if secret else ""

    @property
    def secret(self) -> str | None:
        """The key, where it is one that nobody may read.

        What is as short as `any`, given to a server that wants no key, is a word of the prompt
        too: masking it would spoil what was said.
        """
        if self.profile.simulated or self.key is None or len(self.key) < _SHORTEST_SECRET:
            return None
        return self.key

    def hidden(self, text: str) -> str:
        """The text without the secret: some servers say in their answers what they were sent."""
        secret = self.secret
        return text.replace(secret, HIDDEN_KEY) if secret and secret in text else text

    @property
    def local(self) -> bool:
        """Whether it is on this machine, so that no proxy stands between."""
        return urlsplit(self.base_url).hostname in _LOOPBACK


def default_provider(env: Mapping[str, str] = os.environ) -> str:
    """The provider to use where none is named: the first whose key is set, else the simulator."""
    for name, variable in (("anthropic", "ANTHROPIC_API_KEY"), ("bytespike", "BYTESPIKE_API_KEY")):
        if env.get(variable):
            return name
    return SIMULATOR


def endpoint(
    profile_of: Callable[[str], Profile],
    provider: str | None = None,
    base_url: str | None = None,
    env: Mapping[str, str] = os.environ,
    *,
    keyed: bool = True,
) -> Endpoint:
    """The endpoint that these settings mean.

    A base URL given by hand gets `WORKBENCH_API_KEY` and no other key, whoever it belongs to.

    Args:
        profile_of: Looks a provider up; not asked for the simulator, which is always there.
        provider: The provider's name; the default one where None.
        base_url: Where it answers instead.
        env: The environment.
        keyed: Whether anything is to be sent there, so that a key it wants must be set.

    Raises:
        SettingsError: No such provider, or the base URL is none.
        AuthenticationFailed: The provider wants a key and its variable is not set.
    """
    if base_url is not None:
        # An unknown server speaks the dialect, but its bill is not Anthropic's.
        host = _host(base_url)
        profile = profile_of(provider) if provider else Profile(host)
        return Endpoint(profile, base_url.rstrip("/"), _key(env, FREE_KEY), given=True)
    name = provider or default_provider(env)
    if name == SIMULATOR:
        return Endpoint(SIMULATOR_PROFILE, "", "simulated")
    profile = profile_of(name)
    _host(profile.base_url)
    key = _key(env, profile.key_env) if profile.key_env else None
    if keyed and profile.key_env and not key:
        raise AuthenticationFailed(
            f"{profile.name} needs a key, and {profile.key_env} is not set",
            hint=f"export {profile.key_env}=…, or take the {SIMULATOR} by `provider=`, without.",
            type="authentication_error",
        )
    return Endpoint(profile, profile.base_url, key)


def _key(env: Mapping[str, str], variable: str) -> str | None:
    """The key in this variable, without the blanks and newlines that pasting leaves around it."""
    key = env.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        # HTTP libraries refuse such a header, and quote it in full as they do.
        raise AuthenticationFailed(
            f"what {variable} holds cannot be a key: there are characters in it that no key has",
            hint="Copy the key again, from its first letter to its last.",
            type="authentication_error",
        )
    return key or None


def _host(base_url: str) -> str:
    """The host named in a base URL."""
    try:
        parts = urlsplit(base_url)
    except ValueError:
        parts = urlsplit("")
    if parts.username or parts.password:
        raise SettingsError(
            "a base URL with a password in it would be saved with every round",
            hint=f"Leave out what stands before the @; a key goes into {FREE_KEY}.",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f"{base_url!r} is no base URL",
            hint="Give scheme and host, as in http://localhost:8080",
        )
    return parts.hostname
