"""What keys come to in an editor with vim's modes; | is where the cursor is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.tui.vim.commands import escape, press
from workbench.tui.vim.motions import Place
from workbench.tui.vim.selected import ends
from workbench.tui.vim.state import Change, Insertion, Mode, Vim


class Typist:
    """Somebody at a text of which `marked` has the cursor."""

    def __init__(self, marked: str) -> None:
        self.vim, self.clipboard = Vim(), ""
        before = marked.partition("|")[0]
        self.cursor: Place = (before.count("\n"), len(before) - before.rfind("\n") - 1)
        self.lines = marked.replace("|", "", 1).split("\n")
        self.wished = ""
        self._began: Insertion | None = None

    def change(self, change: Change) -> None:
        (top, start), (bottom, end) = change.start, change.end
        text = self.lines[top][:start] + change.text + self.lines[bottom][end:]
        self.lines[top : bottom + 1] = text.split("\n")

    def type(self, keys: str) -> None:
        """§ is Escape; in insert mode letters go into the text."""
        for key in keys:
            if key == "§":
                typed = self._began.text(self.lines) if self._began else ""
                step = escape(self.vim, self.lines, self.cursor, typed)
                self._began = None
                if step is None:
                    continue
            elif self.vim.mode is Mode.INSERT:
                change = Change(self.cursor, self.cursor, key)
                self.change(change)
                self.cursor = change.after
                continue
            else:
                step = press(self.vim, self.lines, self.cursor, key, clipboard=self.clipboard)
            for change in step.changes:
                self.change(change)
            self.vim, self.cursor = step.vim, step.cursor
            self.clipboard = self.clipboard if step.copied is None else step.copied
            self.wished = step.wish or self.wished
            if self.vim.mode is Mode.INSERT:
                self._began = Insertion.at(self.lines, self.cursor)

    @property
    def marked(self) -> str:
        lines, (row, column) = list(self.lines), self.cursor
        lines[row] = f"{lines[row][:column]}|{lines[row][column:]}"
        return "\n".join(lines)


MOTIONS = (
    ("|one, two", "w", "one|, two"),
    ("|one, two", "W", "one, |two"),
    ("|one, two", "2w", "one, |two"),
    ("one, tw|o", "bb", "one|, two"),
    ("one, tw|o", "2B", "|one, two"),
    ("|one\n\ntwo", "ww", "one\n\n|two"),
    ("|one two", "ee", "one tw|o"),
    ("  o|ne", "0", "|  one"),
    ("  on|e", "^", "  |one"),
    ("|one\ntwo three\nx", "$jjk", "one\ntwo thre|e\nx"),
    ("on|e\n\nfour", "2j", "one\n\nfo|ur"),
    ("one\n  t|wo", "gg", "|one\n  two"),
    ("|one\n  two", "G", "one\n  |two"),
    ("|one\ntwo\nthree", "2G", "one\n|two\nthree"),
    ("|a,b,c,d", "f,;", "a,b|,c,d"),
    ("|a,b,c,d", "t,;", "a,|b,c,d"),
    ("a,b,c,|d", "F,;,", "a,b,c|,d"),
    ("a,b,c,|d", "2T,", "a,b,|c,d"),
    ("|one\ntwo\n\nthree", "}", "one\ntwo\n|\nthree"),
    ("one\n\ntwo\nthr|ee", "{", "one\n|\ntwo\nthree"),
    ("|x = f(a, [b\n])", "%", "x = f(a, [b\n]|)"),
    ("x = f(a, [b\n|])", "%", "x = f(a, |[b\n])"),
    ("|one", "hk3l", "on|e"),
)
COMMANDS = (
    ("on|e two three", "dw", "on|two three"),
    ("one t|wo\n  three", "dw", "one |t\n  three"),
    ("|one two three four", "2dw", "|three four"),
    ("|one two three", "d2w", "|three"),
    ("one |two three", "d$", "one| "),
    ("one\n  t|wo\nthree", "dd", "one\n|three"),
    ("one\ntwo\nth|ree", "2dd", "one\n|two"),
    ("one\n|two\nthree", "dk", "|three"),
    ("|one\ntwo\n\nthree", "d}", "|\nthree"),
    ("f(|a, b)", "dt)", "f(|)"),
    ("a |(b\nc) d", "d%", "a | d"),
    ("|one two", "cwx§", "|x two"),
    ("on|e", "cwx§", "on|x"),
    ("  o|ne\ntwo", "ccx§", "  |x\ntwo"),
    ("one| two", "Cx§", "one|x"),
    ("|one", "xp", "n|oe"),
    ("on|e", "X", "o|e"),
    ("|one", "sx§", "|xne"),
    ("|one", "2rx", "x|xe"),
    ("|oNe", "2~", "On|e"),
    ("|oNe tWo", "gUw", "|ONE tWo"),
    ("one|\n  two\nthree", "3J", "one two| three"),
    ("|one\ntwo", "yyjp", "one\ntwo\n|one"),
    ("|one\ntwo", "Yj2P", "one\n|one\none\ntwo"),
    ("|one two", "ywwP", "one one| two"),
    ("|one\ntwo", ">j", "  |one\n  two"),
    ("    o|ne", "<<", "  |one"),
    ("on|e", "Ix§ay§", "x|yone"),
    ("o|ne", "Ax§", "one|x"),
    ("  o|ne", "ox§", "  one\n  |x"),
    ("  o|ne", "Ox§", "  |x\n  one"),
    ("a: |b", "d§x", "a:| "),
)
OBJECTS = (
    ("one t|wo three", "diw", "one | three"),
    ("one t|wo three", "daw", "one |three"),
    ("one t|wo", "daw", "on|e"),
    ("a(b, |c(d))", "di(", "a(|)"),
    ("a(b, c(|d)) e", "da)", "a(b, c|) e"),
    ("a: {b:\n  |c}", "ci{x§", "a: {|x}"),
    ("[a, |[b], c]", "di[", "[a, [|], c]"),
    ('|say "no" now', 'ci"yes§', 'say "ye|s" now'),
    ("say '|no' now", "da'", "say |now"),
    ("one\n\ntw|o\nthree\n\nfour", "dap", "one\n\n|four"),
    ("one\n\ntw|o\nthree\n\nfour", "yipP", "one\n\n|two\nthree\ntwo\nthree\n\nfour"),
    ("<a><b>x|y</b></a>", "cit-§", "<a><b>|-</b></a>"),
    ("<a>\n<b>x</b>|y\n</a> z", "dat", "| z"),
)
SELECTED = (
    ("|one two", "ved", "| two"),
    ("one tw|o", "vby", "one |two"),
    ("one\nt|wo\nthree", "Vjd", "|one"),
    ("|one\ntwo\nthree", "VjJ", "one| two\nthree"),
    ("|one two", "ywwviwp", "one one| "),
    ("one t|wo", "viwcx§", "one |x"),
    ("a (b c|)", "vi(U", "a (|B C)"),
    ("|one\ntwo", "vjrx", "|xxx\nxwo"),
    ("|one\ntwo", "Vj2>", "    |one\n    two"),
    ("|one two", "vlloh§", "|one two"),
    ("o|ne\ntwo", "vS-§", "|-\ntwo"),
)
AGAIN = (
    ("|one two three", "dw.", "|three"),
    ("|one two three", "cwx§w.", "x |x three"),
    ("|one\ntwo\nthree\nfour", "dd2.", "|four"),
    ("|one\ntwo", "Ax, y§j.", "onex, y\ntwox, |y"),
    ("  |one", "ox§..", "  one\n  x\n  x\n  |x"),
    ("|one two", "vlxw.", "e |o"),
    ("|a,b,c", "df,..", "|c"),
    ("|one", ".", "|one"),
)


@pytest.mark.parametrize(
    ("marked", "keys", "then"), [*MOTIONS, *COMMANDS, *OBJECTS, *SELECTED, *AGAIN]
)
def test_keys_do_what_vim_does(marked: str, keys: str, then: str) -> None:
    """Text and cursor are those that vim leaves."""
    typist = Typist(marked)
    typist.type(keys)
    assert typist.marked == then


KEYS = "hjklwbeWBE0^$gGfFtT;,{}%dcy<>iapPoOAIxXsSDCYJr~vVuU.23§\"'(x \n"


@settings(max_examples=60, deadline=None)
@given(st.text("ab (){}[]\"'<>/\n", max_size=40), st.text(KEYS, max_size=40))
def test_any_keys_leave_a_cursor_in_the_text(text: str, keys: str) -> None:
    """Nothing raises; in normal mode the cursor is on a character, elsewhere at most behind one."""
    typist = Typist(f"|{text}")
    for key in keys:
        typist.type(key)
        row, column = typist.cursor
        assert 0 <= row < len(typist.lines)
        most = len(typist.lines[row]) - (typist.vim.mode is Mode.NORMAL)
        assert 0 <= column <= max(0, most)
        if typist.vim.mode.selects:
            for row, column in ends(typist.vim, typist.lines, typist.cursor):
                assert 0 <= column <= len(typist.lines[row])


def test_what_cannot_be_done_changes_nothing() -> None:
    """Unknown keys, motions without a way, objects that are not there; a count is bounded."""
    for keys in ("Q", "dz", "di(", "dfq", "99999999999999x", "gz", "ci'", "p", "J"):
        typist = Typist("|o")
        typist.type(keys)
        assert typist.marked in ("|o", "|"), keys
        assert replace(typist.vim, again=None, found=("", "")) == Vim()
