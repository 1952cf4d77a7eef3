"""A simple regular expression, and a short text that it matches.

Simple is what structured outputs know: characters, classes, groups, alternatives, repetition and
the two ends. Looking around, referring back and word boundaries are not. Source: messages-api.md 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,:/@#+!?()'\"\n\t"
_CLASSES = {"d": "5", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_REPEAT = re.compile(r"\{(\d+)(,(\d*))?\}")
_CLASS = re.compile(r"\[\^?(?:\]|\\.|[^\]\\])(?:\\.|[^\]\\])*\]|\[\^?(?:\\.|[^\]\\])+\]", re.DOTALL)
_GROUP = re.compile(r"\((\?:|\?P?<[A-Za-z_]\w*>|(?!\?))")
_MOST_REPEATS = 1_000


class NotSimple(ValueError):
    """An expression beyond what structured outputs know; says what."""


@dataclass(slots=True)
class _Reader:
    """Walks through an expression and makes up a text as it goes."""

    text: str
    at: int = 0

    def alternatives(self) -> str:
        """The first of the alternatives that stand here."""
        made = self.sequence()
        while self.take("|"):
            self.sequence()
        return made

    def sequence(self) -> str:
        made = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            made.append(self.repeated())
        return "".join(made)

    def repeated(self) -> str:
        one = self.atom()
        times = 1
        if self.at < len(self.text) and self.text[self.at] in "*+?":
            times = 1 if self.text[self.at] == "+" else 0
            self.at += 1
        elif match := _REPEAT.match(self.text, self.at):
            times = int(match[1])
            if times > _MOST_REPEATS:
                raise NotSimple(f"a repetition of {match[0]}")
            self.at = match.end()
        else:
            return one
        if not self.take("?") and self.at < len(self.text) and self.text[self.at] == "+":
            raise NotSimple("a possessive quantifier")
        return one * times

    def atom(self) -> str:
        sign = self.text[self.at]
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.one_of_class()
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            raise NotSimple(f"nothing to repeat before {sign}")
        self.at += 1
        if sign in "^$":
            return ""
        return "a" if sign == "." else sign

    def group(self) -> str:
        match = _GROUP.match(self.text, self.at)
        if match is None:
            raise NotSimple(f"the group {self.text[self.at : self.at + 4]!r}")
        self.at = match.end()
        made = self.alternatives()
        if not self.take(")"):
            raise NotSimple("a group without an end")
        return made

    def one_of_class(self) -> str:
        match = _CLASS.match(self.text, self.at)
        if match is None:
            raise NotSimple("a class without an end")
        self.at = match.end()
        fits = re.compile(match[0])
        signs = (*_PREFERRED, *map(chr, range(33, 0x250)), *str(match[0]))
        found: str | None = next((sign for sign in signs if fits.fullmatch(sign)), None)
        if found is None:
            raise NotSimple(f"the class {match[0]}")
        return found

    def escape(self) -> str:
        sign = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if sign in ("x", "u"):
            digits = self.text[self.at : self.at + (2 if sign == "x" else 4)]
            self.at += len(digits)
            return chr(int(digits, 16)) if re.fullmatch(r"[0-9A-Fa-f]+", digits) else sign
        if not sign or sign in "123456789bBkpPAZGQE":
            raise NotSimple(f"\\{sign}")
        return _CLASSES.get(sign) or _CONTROLS.get(sign, sign)

    def take(self, sign: str) -> bool:
        """Step over `sign`, if it stands here."""
        found = self.text.startswith(sign, self.at)
        self.at += found
        return found


def matching(expression: str) -> str:
    """A short text that `expression` matches.

    Raises:
        NotSimple: The expression is beyond what structured outputs know.
    """
    try:
        fits = re.compile(expression)
        reader = _Reader(expression)
        made = reader.alternatives()
    except (re.error, OverflowError, RecursionError) as error:
        raise NotSimple(str(error)) from error
    if reader.at < len(expression) or fits.search(made) is None:
        raise NotSimple(f"the expression {expression!r}")
    return made
