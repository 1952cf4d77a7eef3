"""One file on the screen: its name, its text, what it costs, what is wrong and how to mend it.

Promises: `text` is what would be saved, to the letter; the panel touches no file and asks for
nothing: the screen gives it texts, estimates and problems, and hears `Edited`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message as Notice
from textual.widget import Widget
from textual.widgets import Static

from workbench.errors import Problem
from workbench.telling.plain import plain
from workbench.tui.bindings import bindings_of
from workbench.tui.choices import settings_of
from workbench.tui.editor_acts import PANEL_ACTS, TEXT_ACTS
from workbench.tui.editor_status import EditorStatus
from workbench.tui.known import Known
from workbench.tui.stretch import Stretch, at_line, cached_lines
from workbench.tui.tabs import Tab, Tabs

if TYPE_CHECKING:
    # Loaded with the first file that is opened, or when asked for, behind the first frame.
    from textual.widgets import TextArea

    from workbench.tui.editor import YamlEditor
    from workbench.tui.find_bar import FindBar
    from workbench.tui.line_bar import LineBar
    from workbench.tui.sourceview import Kept, Place
    from workbench.tui.suggestions import Suggestions

_OUTSIDE, _GONE = " changed on disk", " gone from disk"
_OF_THE_TEXT = frozenset(act.name for act in TEXT_ACTS)
_YAML = (".yaml", ".yml", ".json")
_FRAME = 2
"""Cells beside the frame's words, of the width within it."""
_MOST_SPARED, _LEAST_LEFT = 2, 8 + 2
"""Lines of the text that a problem may take; what is left to it and to two lines below it."""


class EditorPanel(Widget):
    """One bordered panel: title, editor, status line; in the frame below, the first problem's fix.

    Args:
        kind: What the file is to the prompt: "prompt", "system", "tools".
        empty: What to say while there is no file.
    """

    @dataclass
    class Edited(Notice):
        """The user changed the text. Posted at once, with every change."""

        panel: EditorPanel
        text: str

        @property
        def control(self) -> EditorPanel:
            return self.panel

    @dataclass
    class FileWanted(Notice):
        """The user wants another file shown in this panel: one of its tabs."""

        panel: EditorPanel
        path: Path

        @property
        def control(self) -> EditorPanel:
            return self.panel

    @dataclass
    class NoProblem(Notice):
        """The user looks for the next problem (1), or the one before (-1); here is none."""

        panel: EditorPanel
        by: int

        @property
        def control(self) -> EditorPanel:
            return self.panel

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(PANEL_ACTS)]
    DEFAULT_CSS = """
    EditorPanel {
        layout: vertical; height: 1fr; width: 1fr;
        border: round $foreground 25%; border-title-color: $foreground 75%;
        border-subtitle-color: $foreground 60%; border-subtitle-align: left;
        background: $background;
        &:focus-within { border: heavy $accent; border-title-color: $foreground; }
        & > .empty {
            display: none; height: 1fr; padding: 1 2;
            color: $foreground 60%; content-align: center middle; text-align: center;
        }
        &.-empty > .empty { display: block; }
        &.-awaited > .empty { visibility: hidden; }
        & > Tabs { display: none; background: $foreground 6%; }
        &.-several > Tabs { display: block; }
        &.-empty > YamlEditor { display: none; }
        &.-empty > EditorStatus { display: none; }
    }
    """

    def __init__(
        self,
        kind: str,
        *,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.kind = kind
        self.path: Path | None = None
        self._editor: YamlEditor | None = None
        self._empty = empty or f"no {kind} by file:// — it stands in the prompt file"
        self._status = EditorStatus()
        self.tabs = Tabs()
        self._find: FindBar | None = None
        self._line: LineBar | None = None
        self._suggestions: Suggestions | None = None
        self.completes = Known()
        """What completion knows beside the text."""
        self._kept: dict[Path, Kept] = {}
        self.begins_at: Mapping[Path, Place] = {}
        """Where files begin to be read that were not shown before."""
        self._title = self._subtitle = Content()
        self._problems: Sequence[Problem] = ()
        self._stretches: Sequence[Stretch] = ()
        self._here: tuple[int, Stretch | None] | None = None  # the cursor's row, and its stretch
        self._saved = ""
        self._outside = ""
        self._told = ""  # the text that the screen last heard of
        self.add_class("-empty")

    def compose(self) -> ComposeResult:
        yield self.tabs
        if self._editor is not None and self._suggestions is not None:
            yield self._editor
            yield self._suggestions
        yield Static(self._empty, classes="empty", markup=False)
        yield self._status

    def on_mount(self) -> None:
        self._show_title()

    @property
    def editor(self) -> YamlEditor:
        """The editor. Made with the first file: three of them cost a first frame as much again."""
        if self._editor is None:
            from workbench.tui.editor import YamlEditor
            from workbench.tui.suggestions import Suggestions

            self._editor = YamlEditor()
            self._suggestions = Suggestions(self._editor, self)
            self._editor.suggestions = self._suggestions
            self._editor.soft_wrap = settings_of(self.app).wrap
            self.watch(self._editor, "mode_shown", self._show_mode)
            self._editor.use_modes(settings_of(self.app).vim)
            self.watch(self._editor, "selection", self._show_cursor)
            self.watch(self._editor, "has_focus", self._show_cursor)
            if self.is_mounted:
                self.mount(self._editor, self._suggestions, after=self.tabs)
        return self._editor

    # The state of the file

    def await_file(self, awaited: bool = True) -> None:
        """Say nothing in place of a file as long as it is not known whether there is one."""
        self.set_class(awaited, "-awaited")

    @property
    def text(self) -> str:
        """The text as it stands, to the letter what would be saved."""
        return self._editor.text if self._editor is not None else ""

    @property
    def has_problems(self) -> bool:
        """Whether anything is wrong with the file."""
        return bool(self._problems)

    @property
    def dirty(self) -> bool:
        """Whether the text differs from what is on disk, or is there no more."""
        return self.path is not None and (self.text != self._saved or self._outside == _GONE)

    def open(self, path: Path | None, text: str = "", saved_text: str | None = None) -> None:
        """Show a file, or with None the calm words that there is none.

        One that was shown before comes back with its cursor, its place and its undo; where the
        text is another one now, that is one step more.

        Args:
            saved_text: What stands on disk, if `text` is newer than that.
        """
        if self.path is not None:
            self._kept[self.path] = self.editor.put_aside()
        self.path = path
        self._saved = text if saved_text is None else saved_text
        self._outside = ""
        self._told = text
        self.set_class(path is None, "-empty")
        if path is not None and path in self._kept:
            self.editor.take_up(self._kept.pop(path))
            self.editor.replace_text(text)
        elif path is not None or self._editor is not None:
            prose = path is not None and path.suffix.lower() not in _YAML
            self.editor.open(text, "prose" if prose else "yaml")
            if path is not None and path in self.begins_at:
                self.editor.take_place(self.begins_at[path])
        self._problems = self._stretches = ()
        self._here = None
        self._status.estimate = self._status.note = self._status.block = ""
        self._show_status()
        if self._find is not None:
            self._find.changed()
        self._show_title()

    @property
    def places(self) -> dict[Path, Place]:
        """Where one reads in every file that was shown."""
        places = {path: kept.place for path, kept in self._kept.items()}
        return places if self.path is None else {**places, self.path: self.editor.place}

    def replace_text(self, text: str) -> None:
        """Take over `text`, as one step of undo; the cursor stays in its place."""
        self.editor.replace_text(text)

    def mark_saved(self, text: str) -> None:
        """`text` is on disk now. What was typed since is still unsaved; undo is kept."""
        self._saved = text
        self.editor.history.checkpoint()
        self._show_title()

    # What the screen tells it

    def set_outside(self, *, changed: bool, gone: bool) -> None:
        """Whether others have written to the file, against what is unsaved here, or removed it."""
        self._outside = _GONE if gone else _OUTSIDE * changed
        self._show_title()

    def show_files(self, files: Mapping[Path, bool]) -> None:
        """The files that this panel can show, and whether each is unsaved: tabs, if several."""
        self.set_class(len(files) > 1, "-several")
        self.tabs.tabs = tuple(
            Tab(str(path), f"{'● ' * dirty}{plain(self._label(path))}")
            for path, dirty in files.items()
        )
        self.tabs.shown = str(self.path)

    def _label(self, path: Path) -> str:
        """The name, but for what all files of this panel have in common."""
        return path.name.removesuffix(f".{self.kind}.yaml")

    def set_estimate(self, estimate: str) -> None:
        """What the text costs in tokens: "≈312 tokens". Empty: not known yet."""
        self._status.estimate = estimate

    def set_note(self, note: str) -> None:
        """What is worth knowing while there is no problem: "1 tool, 2 mocks"."""
        self._status.note = note

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What is wrong with this file; empty takes it all away. Errors are named first."""
        self._problems = sorted(problems, key=lambda one: one.severity != "error")
        self._show_status()
        if self._editor is not None:
            self._editor.show_problems(problems)

    def show_stretches(self, found: Sequence[Stretch]) -> None:
        """Which lines are sent as one; those that will be cached are marked."""
        self._stretches, self._here = found, None
        if self._editor is not None:
            self._editor.show_cached(cached_lines(found))
            self._show_cursor()

    def show_known(self, names: Collection[str] | None) -> None:
        """The variables that have a value; None: not known."""
        if self._editor is not None:
            self._editor.show_known(names)

    def go_to(self, line: int, column: int = 1) -> None:
        """Focus the editor with the cursor there (from 1)."""
        self.editor.focus()
        self.editor.go_to(line, column)

    # What can be done in it

    async def action_edit(self, act: str) -> None:
        """Do one of the acts of an editor, by its name."""
        if self.path is None:
            return
        if act in _OF_THE_TEXT:
            getattr(self.editor, f"action_{act}")()
        elif act == "replace":
            await self.find(replaces=True)
        elif act == "go_to_line":
            await self._go_to_line()
        else:
            getattr(self, f"_{act}")()

    async def find(self, *, replaces: bool = False) -> None:
        """Look for something in the text. A bar is open once its key is done: no letter is lost."""
        if self.path is None:
            return
        bar = await self._find_bar()
        self._close_bars()
        bar.open(replaces=replaces)

    async def _find_bar(self) -> FindBar:
        if self._find is None:
            from workbench.tui.find_bar import FindBar

            self._find = FindBar(self.editor)
            await self.mount(self._find, before=self._status)
        return self._find

    async def _go_to_line(self) -> None:
        if self._line is None:
            from workbench.tui.line_bar import LineBar

            self._line = LineBar(self.editor)
            await self.mount(self._line, before=self._status)
        self._close_bars()
        self._line.open()

    def _line_numbers(self) -> None:
        self.editor.show_line_numbers = not self.editor.show_line_numbers

    def _next_file(self) -> None:
        self._turn(1)

    def _previous_file(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        """To the tab beside the one that is shown; round at the ends."""
        names = [tab.name for tab in self.tabs.tabs]
        if len(names) > 1 and str(self.path) in names:
            name = names[(names.index(str(self.path)) + by) % len(names)]
            self.post_message(self.FileWanted(self, Path(name)))

    def _next_problem(self) -> None:
        self._go_to_problem(1)

    def _previous_problem(self) -> None:
        self._go_to_problem(-1)

    def _go_to_problem(self, by: int) -> None:
        """To the next problem from the cursor, or the one before; round at the ends."""
        places = sorted({(one.line, one.column) for one in self._problems})
        if not places:
            self.post_message(self.NoProblem(self, by))
            return
        row, column = self.editor.cursor_location
        here = (row + 1, column + 1)
        if by > 0:
            place = next((one for one in places if one > here), places[0])
        else:
            place = next((one for one in reversed(places) if one < here), places[-1])
        self.go_to(*place)

    def on_tabs_chosen(self, chosen: Tabs.Chosen) -> None:
        """A click on a tab."""
        chosen.stop()
        self.post_message(self.FileWanted(self, Path(chosen.name)))

    def back_out(self) -> bool:
        """Close what is open beside the text, where the focus is here; whether anything was."""
        if self._suggestions is not None and self._suggestions.close():
            return True
        return self.has_focus_within and self._close_bars()

    def _close_bars(self) -> bool:
        bars = [bar for bar in (self._find, self._line) if bar is not None and bar.display]
        for bar in bars:
            bar.close()
        return bool(bars)

    @property
    def completing(self) -> bool:
        """Whether something to take stands open in it."""
        return self._suggestions is not None and self._suggestions.display

    # What happens in it

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        changed.stop()
        if (text := self.text) != self._told:
            self._told = text
            self._show_title()
            if self._find is not None:
                self._find.changed()
            self.post_message(self.Edited(self, text))

    async def on_yaml_editor_wish(self, wish: YamlEditor.Wish) -> None:
        """What a key of vim asks for beside the text."""
        wish.stop()
        match wish.name:
            case "find":
                await self.find()
            case "line":
                await self._go_to_line()
            case _:
                await self._find_on(wish.name, wish.times)

    async def _find_on(self, name: str, times: int) -> None:
        """Go on to what was looked for last, or to the word at the cursor."""
        bar = await self._find_bar()
        if name == "find_word":
            bar.look_for_word()
        if not bar.find_on(-times if name == "find_back" else times):
            self.notify("Nothing is found: / looks for other words.", timeout=3)

    def _show_mode(self, shown: tuple[str, str]) -> None:
        self._status.mode, self._status.begun = shown

    def on_editor_status_clicked(self, clicked: EditorStatus.Clicked) -> None:
        clicked.stop()
        self.go_to(clicked.problem.line, clicked.problem.column)

    def on_resize(self, _: Resize) -> None:
        self._show_title()
        self._show_status()

    def _show_title(self) -> None:
        """Kind, name, and marks: something is unsaved, what others did. They are never cut."""
        title = Content(f"{self.kind}  {plain(self.path.name)}" if self.path else self.kind)
        mark = " ●" if self.dirty else ""
        if self._outside:
            wide = self.size.width > len(mark) + len(self._outside) + 24
            mark += self._outside if wide else "!"
        room = self.size.width - len(mark) - 4  # a corner and a blank on each side
        whole = title.truncate(max(room, 1), ellipsis=True) + mark
        if whole != self._title:  # to set it paints the panel anew
            self._title = self.border_title = whole

    def _show_status(self) -> None:
        """What is wrong on the cursor's line comes first; in the frame what to do about it.

        Where that does not fit, the rule's name gives way; or it stands above, where there is room.
        """
        line = self._line_now
        told = sorted(self._problems, key=lambda one: one.line != line)
        self._status.problems = tuple(told)
        first = told[0] if told else None
        rule = f"[{first.rule}]" if first is not None and first.rule else ""
        hint = plain(first.hint) if first is not None else ""
        subtitle, room = Content("  ".join(filter(None, (rule, hint)))), self.size.width - _FRAME
        spare, below = self._lines_to_spare, ""
        if hint and subtitle.cell_length > room:
            subtitle = Content(hint)
            if subtitle.cell_length > room and spare > 1:  # one is no longer than the frame
                subtitle, below = Content(rule), hint
        self._status.hint, self._status.spare = below, spare
        if subtitle != self._subtitle:  # to set it paints the panel anew
            self._subtitle = self.border_subtitle = subtitle

    @property
    def _lines_to_spare(self) -> int:
        """How many more a problem and its hint may take of the text, which keeps most of them."""
        spare = self.size.height - self.has_class("-several") - _LEAST_LEFT
        return min(_MOST_SPARED, max(0, spare))

    @property
    def _line_now(self) -> int:
        """The cursor's line, from 1; 0 where there is no cursor."""
        return self._editor.cursor_location[0] + 1 if self._editor is not None else 0

    def _show_cursor(self) -> None:
        row, column = self.editor.cursor_location
        focused = self.editor.has_focus
        if focused and (self._here is None or self._here[0] != row):
            self._here = row, at_line(self._stretches, row + 1)
        here = self._here[1] if focused and self._here is not None else None
        self._status.block = f"{here.name}: {here.tokens.shown()} tokens" if here else ""
        self._status.place = f"{row + 1}:{column + 1}" if focused else ""
        self._show_status()
