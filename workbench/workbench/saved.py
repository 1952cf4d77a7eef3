"""Saved sessions, as faces may see them."""

from workbench.sessions.content import stem_of
from workbench.sessions.continued import Conversation, Target, continued, conversation_of
from workbench.sessions.fork import Fork, forked, meant
from workbench.sessions.reel import Reel
from workbench.sessions.replay import read_moment, replay
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.shelf import SessionSummary, find_session, newest_in, sessions_in

__all__ = [
    "Conversation",
    "Fork",
    "Reel",
    "SavedRound",
    "Session",
    "SessionSummary",
    "Target",
    "continued",
    "conversation_of",
    "find_session",
    "forked",
    "meant",
    "newest_in",
    "read_moment",
    "read_session",
    "replay",
    "sessions_in",
    "stem_of",
]
