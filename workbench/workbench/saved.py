"""Saved sessions, as faces may see them: found, read, replayed, forked, gone on with.

All of it only reads, and needs neither network nor key. What changes a library (tags, trash,
export) is in `library` and `export`; what sends a saved round again, in `again`.

    read_session(path) -> Session     rounds in order, `notes` on what is damaged
    Reel(saved)                       a round at any moment, for a face that moves in time
    replay(saved.events, speed=2)     its events again at the pace they came
    forked(session, run_id) -> Fork   its documents as they were
    conversation_of, continued        a conversation, and the prompt that goes on with it
"""

from workbench.sessions.content import stem_of
from workbench.sessions.continued import Conversation, Target, continued, conversation_of
from workbench.sessions.fork import Fork, forked, meant
from workbench.sessions.reel import Reel
from workbench.sessions.replay import read_moment, replay
from workbench.sessions.round import RoundInfo
from workbench.sessions.session import SavedRound, Session, read_session
from workbench.sessions.shelf import (
    SessionSummary,
    find_session,
    last_name_in,
    newest_in,
    sessions_in,
)

__all__ = [
    "Conversation",
    "Fork",
    "Reel",
    "RoundInfo",
    "SavedRound",
    "Session",
    "SessionSummary",
    "Target",
    "continued",
    "conversation_of",
    "find_session",
    "forked",
    "last_name_in",
    "meant",
    "newest_in",
    "read_moment",
    "read_session",
    "replay",
    "sessions_in",
    "stem_of",
]
