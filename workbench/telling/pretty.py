"""JSON laid out for reading while it is still arriving, piece by piece."""

from __future__ import annotations

import re

_INDENT = "  "
_DEEPEST = 16  # indents; a model that opens a bracket ten thousand times must not cost us gigabytes
_BLANKS = " \t\r\n"
_TOKEN = re.compile(rf'"|[{{}}\[\],:]|[{_BLANKS}]+|[^"{{}}\[\],:{_BLANKS}]+')
_STRING = re.compile(r'[^"\\]+|\\.|\\$|"', re.DOTALL)


class PrettyJson:
    """Lays out JSON text fed in pieces of any size; the pieces it gives back are final.

    What is no JSON is laid out by the same rules and never refused.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False  # a backslash ended the last piece
        self._opened = False  # the last token was { or [

    def feed(self, text: str) -> str:
        """The next piece, laid out."""
        out: list[str] = []
        at = 0
        while at < len(text):
            at = self._string(text, at, out) if self._in_string else self._token(text, at, out)
        return "".join(out)

    def _string(self, text: str, at: int, out: list[str]) -> int:
        if self._escaped:
            self._escaped = False
            out.append(text[at])
            return at + 1
        match = _STRING.match(text, at)
        assert match is not None  # every character matches one of its branches
        found = match.group()
        out.append(found)
        self._in_string = found != '"'
        self._escaped = found == "\\"
        return match.end()

    def _token(self, text: str, at: int, out: list[str]) -> int:
        match = _TOKEN.match(text, at)
        assert match is not None  # every character matches one of its branches
        token = match.group()
        if token[0] in _BLANKS:  # other blanks are no JSON, and lost nowhere
            return match.end()
        if token in "}]":
            self._depth = max(0, self._depth - 1)
            if not self._opened:
                out.append(self._newline())
        elif self._opened:
            out.append(self._newline())
        self._opened = token in "{["
        self._depth += self._opened
        out.append(token)
        if token == ",":
            out.append(self._newline())
        elif token == ":":
            out.append(" ")
        self._in_string = token == '"'
        return match.end()

    def _newline(self) -> str:
        return "\n" + _INDENT * min(self._depth, _DEEPEST)
