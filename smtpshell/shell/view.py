"""What a shell asks of the front end that shows it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class View(Protocol):
    """What a front end does for the shell."""

    def busy(self, due: bool) -> None:
        """A reply is due, or no longer."""

    def prefill(self, text: str) -> None:
        """Put *text* at the prompt, to be edited and sent by the learner."""

    def recalls(self) -> bool:
        """Is there a key that brings back what was typed before?"""

    def typing(self) -> bool:
        """Does something stand at the prompt that was not sent yet?"""

    def refresh(self) -> None:
        """Something that the prompt shows has changed."""

    def gathered(self) -> AbstractContextManager[None]:
        """What is shown inside belongs together: the prompt is moved once for all of it."""

    def keep_typed(self, text: str) -> None:
        """Leave the typed line in the scroll-back, above its C: line."""

    def finish(self, status: int) -> None:
        """Leave the shell."""

    async def edit(self, text: str) -> str | None:
        """Let the learner write in an editor; None if nothing came of it."""


class NoView:
    """Before a front end is there."""

    def busy(self, due: bool) -> None: ...
    def prefill(self, text: str) -> None: ...
    def recalls(self) -> bool:
        return False

    def typing(self) -> bool:
        return False

    def refresh(self) -> None: ...
    def gathered(self) -> AbstractContextManager[None]:
        return nullcontext()

    def keep_typed(self, text: str) -> None: ...
    def finish(self, status: int) -> None: ...
    async def edit(self, text: str) -> str | None:
        return None
