"""What every screen with acts of its own has in common: palette, help, leaving."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import Screen

from workbench.tui.acts import Act


class ActScreen(Screen[None]):
    """A screen on which acts can be done."""

    acts: ClassVar[tuple[Act, ...]] = ()
    """What can be done here: keys, footer, help and palette derive from it."""

    def action_palette(self) -> None:
        """Everything that can be done, by name."""
        self.app.action_command_palette()

    def action_help(self) -> None:
        """The keys."""
        from workbench.tui.help import show_help

        show_help(self.app, self)

    def action_suspend(self) -> None:
        """To the shell."""
        self.app.action_suspend_process()

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()
