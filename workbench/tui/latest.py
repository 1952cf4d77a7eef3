"""Questions answered one at a time in a thread: of those that wait, only the newest counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Latest(Generic[Question, Answer]):
    """Asks for what the user wants now, never for what they wanted a moment ago.

    Args:
        answer: Answers a question; called in a thread, once at a time.
        show: Is given each answer with its question, unless another has been asked meanwhile.
    """

    def __init__(
        self,
        answer: Callable[[Question], Answer],
        show: Callable[[Question, Answer], None],
    ) -> None:
        self._answer, self._show = answer, show
        self._asked: list[Question] = []
        self._waiting, self._answered = asyncio.Event(), asyncio.Event()

    def ask(self, question: Question) -> None:
        """Ask this, in place of what is still to be answered."""
        self._asked[:] = [question]
        self._waiting.set()
        self._answered.clear()

    async def answered(self) -> None:
        """Wait until what was asked last has been answered, and shown."""
        await self._answered.wait()

    async def work(self) -> None:
        """Answer for as long as this runs."""
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            question = self._asked.pop()
            answer = await asyncio.to_thread(self._answer, question)
            if not self._asked:
                self._show(question, answer)
                self._answered.set()
