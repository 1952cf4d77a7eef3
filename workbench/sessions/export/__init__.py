"""Sessions as files for others: Markdown, CSV, JSONL, a page that replays by itself, a recording.

Promises: what is written depends on the session alone, never on the machine or the hour; what was
redacted is in it in no form; text from others stays text. A page needs no network and runs no
script but its own. Pieces are handed out as they are made: a long session is never held twice.
"""
