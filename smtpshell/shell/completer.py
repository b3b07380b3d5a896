"""Turns suggestions into prompt_toolkit's completions and does nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

if TYPE_CHECKING:
    from smtpshell.shell.suggest import Suggestion


class LineCompleter(Completer):
    """*suggest* is asked for the text left of the cursor, and whether Tab was pressed."""

    def __init__(self, suggest: Callable[[str, bool], Iterable[Suggestion]]) -> None:
        self._suggest = suggest

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        typed = document.text_before_cursor
        for one in self._suggest(typed, complete_event.completion_requested):
            yield Completion(one.text, one.start - len(typed), display_meta=one.meaning)
