"""The settings: what each means, what it is and who said so; changed here, it holds at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.style import Style
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.catalog.profile import Profile
from workbench.documents.finding import nearest
from workbench.settings.user_settings import (
    FASTEST_HZ,
    KEY_SETS,
    SLOWEST_HZ,
    UNICODE,
    kept_names,
    wrong_with,
)
from workbench.telling.plain import plain
from workbench.tui.acts import key_of
from workbench.tui.choices import Choices
from workbench.tui.dialog import Dialog
from workbench.tui.dialog_acts import SETTINGS_ACTS, KeysLine, dialog_bindings
from workbench.tui.themes import NO_COLOUR


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is listed.

    Args:
        name: Its name in `config.yaml`, and of its field.
        tells: What it means, in a sentence.
        values: What it goes through by the arrows.
        typed: Whether it can be typed as well.
    """

    name: str
    tells: str
    values: Sequence[Any] = (False, True)
    typed: bool = False


SETTINGS = (
    Setting("theme", "The colours; NO_COLOR in the environment makes them greys.", (), typed=True),
    Setting(
        "key_set", "Keys to begin with; single ones stand under keys in config.yaml.", KEY_SETS
    ),
    Setting(
        "paint_hz",
        f"Paints of a pane in a second, {SLOWEST_HZ} to {FASTEST_HZ}; few for slow ssh.",
        (1, 2, 5, 10, 15, 20, 30, 60),
        typed=True,
    ),
    Setting("wrap", "Whether the editors wrap long lines."),
    Setting("autosave", "Whether files save themselves, a moment after the last key."),
    Setting("vim", "Whether the editors have vim's modes; then panes read as vim does, too."),
    Setting("unicode", "More than ASCII on the screen; auto looks at LANG and TERM.", UNICODE),
)
"""Every setting of `UserSettings`."""


class Values(OptionList):
    """The settings, each with its value between two signs that turn it."""

    def on_click(self, event: Click) -> None:  # before the list's own, which selects the option
        """A sign turns the value; anything else is the list's."""
        at, by = event.style.meta.get("option"), event.style.meta.get("turn", 0)
        if by and at is not None and isinstance(self.screen, SettingsScreen):
            event.prevent_default()
            self.highlighted = at
            self.screen.turn(by)


class SettingsScreen(Dialog[None]):
    """The settings, over the screen that shows at once what comes of them.

    Args:
        choices: The app's settings.
        themes: The names of the themes there are.
        profile: The provider, which is chosen for a sitting and no setting; None if not known.
    """

    DEFAULT_CSS = """
    SettingsScreen { align: center bottom; background: $background 20%; }
    SettingsScreen > Vertical {
        width: 78; max-width: 98%; height: auto; margin: 0 0 1 0;
        padding: 0 1; border: round $accent; background: $surface;
    }
    SettingsScreen OptionList {
        border: none; height: auto; background: $surface; padding: 0;
        &:focus { border: none; background-tint: $foreground 0%; }
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    SettingsScreen .provider { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    SettingsScreen .tells { color: $text-muted; height: 1; margin: 1 0 0 0; }
    SettingsScreen .wrong { color: $text-error; height: auto; display: none; }
    SettingsScreen Input { display: none; background: $foreground 8%; }
    SettingsScreen KeysLine { margin: 0; }
    """
    acts = SETTINGS_ACTS
    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings(SETTINGS_ACTS)]

    def __init__(
        self, choices: Choices, themes: Sequence[str], profile: Profile | None = None
    ) -> None:
        super().__init__()
        self._choices, self._profile = choices, profile
        self._kept: frozenset[str] = frozenset()
        self._settings = [
            replace(each, values=tuple(themes)) if each.name == "theme" else each
            for each in SETTINGS
        ]

    def compose(self) -> ComposeResult:
        """The list, what the highlighted one means, what is wrong, and the keys."""
        with Vertical() as box:
            box.border_title = "settings"
            yield Values(markup=False)
            if self._profile is not None:
                yield Static(told(self._profile), classes="provider", markup=False)
            yield Static(classes="tells", markup=False)
            yield Static(classes="wrong", markup=False)
            yield Input(compact=True)
            yield KeysLine(SETTINGS_ACTS)

    def on_mount(self) -> None:
        """The first one is highlighted."""
        self._list()
        self.query_one(OptionList).focus()

    @property
    def _setting(self) -> Setting:
        return self._settings[self.query_one(OptionList).highlighted or 0]

    def _list(self) -> None:
        options = self.query_one(OptionList)
        here = options.highlighted or 0
        self._kept = kept_names()
        options.clear_options().add_options(map(self._row, self._settings))
        options.highlighted = here

    def _row(self, setting: Setting) -> Option:
        value = getattr(self._choices.settings, setting.name)
        before, after = (Content(sign).stylize(_turns(by)) for sign, by in (("‹ ", -1), (" ›", 1)))
        name = Content.styled(f"{setting.name:<10} ", "bold")
        words = Content.assemble(name, before, shown(value), after)
        row = words.pad_right(max(1, 36 - words.cell_length))
        return Option(Content.assemble(row, (self._origin(setting.name), "dim")), setting.name)

    def _origin(self, name: str) -> str:
        if name == "theme" and self.app.theme == NO_COLOUR != self._choices.settings.theme:
            return "greys: NO_COLOR in the environment"
        if name in self._choices.settings.by_hand:
            return "config.yaml"
        return "chosen here, settings.json" if name in self._kept else "as it comes"

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        self.query_one(".tells", Static).update(self._setting.tells)
        self._refuse("")

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        """A click does what Enter does."""
        self.action_enter()

    def _refuse(self, words: str) -> None:
        wrong = self.query_one(".wrong", Static)
        wrong.update(words)
        wrong.display = bool(words)

    def _change(self, value: object) -> None:
        self._choices.change(self._setting.name, value)
        self._list()

    def action_turn(self, by: int) -> None:
        """The value after this one, or before it."""
        field = self.query_one(Input)
        if field.display:
            field.cursor_position += by
        else:
            self.turn(by)

    def turn(self, by: int) -> None:
        """The value after this one, or before it, of the highlighted setting."""
        self._close_field()
        values, now = self._setting.values, getattr(self._choices.settings, self._setting.name)
        if now in values:
            self._change(values[(values.index(now) + by) % len(values)])
        else:  # a figure of the user's own
            further = [value for value in values if (value > now if by > 0 else value < now)]
            self._change((further or values)[0 if by > 0 else -1])

    def action_enter(self) -> None:
        """Take what is typed; or type a value; or the next one where there are but a few."""
        setting, field = self._setting, self.query_one(Input)
        if field.display:
            self._take(setting, field.value.strip())
        elif setting.typed:
            field.value = shown(getattr(self._choices.settings, setting.name))
            field.display = True
            field.focus()
        else:
            self.action_turn(1)

    def _take(self, setting: Setting, text: str) -> None:
        value: object = text
        if setting.name == "paint_hz":
            try:
                value = float(text)
            except ValueError:
                value = text
            else:
                value = int(value) if value.is_integer() else value
        problem = wrong_with(setting.name, value)
        if setting.name == "theme" and text not in setting.values:
            near = nearest(text, setting.values)
            problem = f"there is no theme {text!r}" + (f"; did you mean {near}?" if near else "")
        if problem:
            self._refuse(f"{setting.name}: {problem}")
            return
        self._close_field()
        self._change(value)

    def _close_field(self) -> None:
        self.query_one(Input).display = False
        self._refuse("")
        self.query_one(OptionList).focus()

    def action_back(self) -> None:
        """Out of what is typed; then back to where one was."""
        if self.query_one(Input).display:
            self._close_field()
        else:
            self.dismiss()


def told(profile: Profile) -> Content:
    """The provider, where its key comes from, and how to change to another."""
    words = Content.assemble(("provider   ", "bold"), f"  {plain(profile.name)}")
    key = f"key: {plain(profile.key_env)}, or the keyring" if profile.key_env else "needs no key"
    row = words.pad_right(max(1, 36 - words.cell_length))
    return Content.assemble(row, (f"{key}   {key_of('provider')} changes it", "dim"))


def _turns(by: int) -> Style:
    return Style.from_meta({"turn": by})


_WORDS: Mapping[object, str] = {True: "yes", False: "no"}


def shown(value: object) -> str:
    """A value as it is listed."""
    return _WORDS[value] if isinstance(value, bool) else f"{value}"
