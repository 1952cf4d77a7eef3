"""What help says of vim's keys."""

from __future__ import annotations

from workbench.tui.acts import Act

GROUP = "In an editor, with vim: true (f12)"

VIM_ACTS = tuple(
    Act(f"vim_{name}", tuple(keys.split()), "vim", tells, GROUP)
    for name, keys, tells in (
        ("insert", "i a I A o O", "Type here, behind, in the line, in a new one."),
        ("normal", "escape", "Back to where keys are commands; there as ever."),
        ("move", "h j k l", "A character, a line; a number before: so often."),
        ("words", "w b e W B E", "By words; in capitals, up to blanks."),
        ("line", "0 ^ $", "To the start, the first character, the end."),
        ("text", "gg G { } %", "Text, line by number; paragraph; partner."),
        ("signs", "f F t T ; ,", "To a character, up to it; again; back."),
        ("find", "/ n N *", "Find; the next, the one before; this word."),
        ("operators", "d c y > <", "Delete, change, copy, shift: a motion; twice, lines."),
        ("case", "gu gU g~ ~", "Small, capital, the other letters."),
        ("objects", 'iw ip it i" i(', "Word, paragraph, tag, quotes, brackets; a: all."),
        ("short", "x X s S D C Y", "Short for dl dh cl cc d$ c$ yy."),
        ("change", "r J .", "Another character; join lines; the change again."),
        ("put", "p P", "Put the clipboard behind, before."),
        ("undo", "u U", "Undo, redo (in place of ^r, which runs)."),
        ("select", "v V", "Select by characters, by lines; o: the other end."),
        ("half", "ctrl+d ctrl+u", "Half a page down, up."),
        ("colon", ":", "A line by its number; w saves, q leaves."),
    )
)
"""Keys of normal mode, which are no acts of the key map."""
