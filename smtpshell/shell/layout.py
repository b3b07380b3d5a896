"""The prompt's layout: the line that is typed, and one window below it for all the rest.

It is small on purpose. prompt_toolkit's own prompt fills the terminal down to its last row, which
needs the cursor's position (terminals that do not report it get no toolbar) and more time a key.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.processors import (
    BeforeInput,
    ConditionalProcessor,
    HighlightIncrementalSearchProcessor,
    HighlightSelectionProcessor,
    PasswordProcessor,
    Processor,
    Transformation,
    TransformationInput,
)
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.widgets import SearchToolbar

from smtpshell.smtp.printable import printable, printable_span

Fragments = Callable[[], StyleAndTextTuples]


class ShowUnprintable(Processor):
    """Characters that do not show, or turn the reading direction, are shown by their number."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        text = "".join(fragment[1] for fragment in fragments)
        if printable(text) == text:
            return Transformation(fragments)
        shown: StyleAndTextTuples = []
        for style, piece, *_ in fragments:
            clean = printable(piece)
            shown.append((style if clean == piece else "class:problem", clean))
        starts = [printable_span(text, at, at)[0] for at in range(len(text) + 1)]

        def display_to_source(column: int) -> int:
            return max(index for index, start in enumerate(starts) if start <= max(0, column))

        return Transformation(
            shown,
            source_to_display=lambda at: starts[min(at, len(text))],
            display_to_source=display_to_source,
        )


class Guess(Processor):
    """The suggested rest of the line, behind the cursor."""

    def __init__(self, rest: Callable[[], str]) -> None:
        self._rest = rest

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        rest = self._rest()
        return Transformation([*fragments, ("class:guess", rest)] if rest else fragments)


def build_layout(
    buffer: Buffer,
    lexer: Lexer,
    *,
    prompt: Fragments,
    below: Fragments,
    guess: Callable[[], str],
    hidden: Callable[[], bool],
) -> Layout:
    """*prompt* stands before the line, *below* under it; *hidden* says when stars are shown."""
    search = SearchToolbar()
    line = Window(
        BufferControl(
            buffer,
            lexer=lexer,
            include_default_input_processors=False,
            input_processors=[
                HighlightIncrementalSearchProcessor(),
                HighlightSelectionProcessor(),
                ConditionalProcessor(PasswordProcessor(), Condition(hidden)),
                ShowUnprintable(),
                Guess(guess),
                BeforeInput(prompt),
            ],
            search_buffer_control=search.control,
            preview_search=True,
        ),
        wrap_lines=True,
        dont_extend_height=True,
    )
    rest = Window(FormattedTextControl(below), dont_extend_height=True, wrap_lines=False)
    return Layout(HSplit([line, search, rest]), focused_element=line)
