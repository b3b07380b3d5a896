"""What stands in the prompt's layout, worked out from the shell for each drawing.

Prompt, coloured line, remark, menu, hint bar, suggested rest of the line: all plain tuples, all in
the loop, the line parsed once a drawing. `app` owns the terminal and asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit.formatted_text import StyleAndTextTuples

from smtpshell.shell.fragment import Fragment, Line, columns_of
from smtpshell.shell.hint import bar, hint
from smtpshell.shell.lane import STYLES, coloured
from smtpshell.shell.menu import menu_rows, remark_row
from smtpshell.shell.next_line import complete_line
from smtpshell.shell.prompt import prompt
from smtpshell.shell.question import Inquiry
from smtpshell.shell.remark import read_line, remarks
from smtpshell.shell.scene import Scene
from smtpshell.shell.suggest import Suggestion, suggest
from smtpshell.smtp.command import Command
from smtpshell.smtp.span import Problem
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.shell.app import TerminalFrontEnd
    from smtpshell.shell.core import Shell


class Look(NamedTuple):
    """The typed line at this moment: parsed, and what is certain to be odd about it."""

    text: str
    scene: Scene
    command: Command
    odd: list[Problem]


class Pane:
    """The contents of one front end's layout."""

    def __init__(self, shell: Shell, front: TerminalFrontEnd) -> None:
        self._shell = shell
        self._front = front
        self._look: Look | None = None

    def forget(self) -> None:
        """Something happened: what was worked out for the last drawing holds no longer."""
        self._look = None

    def look(self) -> Look:
        """The typed line, looked at once as long as neither it nor the session changes."""
        text = self._front.buffer.text
        if self._look is None or self._look.text != text:
            scene = self._shell.scene()
            if self._is_local(text):
                self._look = Look(text, scene, Command(text, ""), [])
            else:
                odd = remarks(text, scene, typing=True) if self._remarking else []
                self._look = Look(text, scene, read_line(text, scene), odd)
        return self._look

    # -- the line

    def prompt(self) -> list[Fragment]:
        """What stands before the line."""
        question = self._shell.question
        if question is not None:
            return [("ask", question.prompt)]
        if self._front.local_line is not None:
            return [("prompt", "local: "), ("verb", ":")]
        clock = self._shell.tutor.clock if self._shell.tutor is not None else ""
        marked = self._shell.narrator.marked and self._shell.options.on("notes")
        # A note that was only a mark: there is one, and `:why` brings it.
        before = [("note", f"{sign} ") for sign in (clock, "\u00b7" if marked else "") if sign]
        return [*before, *prompt(self.look().scene)]

    def colours(self, text: str) -> StyleAndTextTuples:
        """*text* in the colours of its tokens, what is odd underlined."""
        if self._is_local(text) or self._shell.question is not None:
            return [("class:verb", text)]
        if text != self._front.buffer.text:
            return [("", text)]
        look = self.look()
        fragments: StyleAndTextTuples = []
        for token in look.command.tokens:
            style = STYLES.get(token.kind, "")
            fragments.append((f"class:{style}" if style else "", text[token.start : token.end]))
        return _underlined(fragments, look.odd)

    def typed_line(self, text: str) -> Line:
        """*text* behind its prompt, as it stays in the scroll-back."""
        scene = self._shell.scene()
        if text.startswith(":"):
            return (*prompt(scene), ("verb", text))
        return (*prompt(scene), *coloured(text, read_line(text, scene).tokens))

    def hidden(self) -> bool:
        """Are stars shown for what is typed?"""
        question = self._shell.question
        if question is not None:
            return isinstance(question, Inquiry) and question.secret
        in_login = self._shell.narrator.session.mode is Mode.AUTH
        return in_login and self._front.local_line is None and self._shell.options.on("mask")

    # -- what is offered

    def suggest(self, typed: str, asked: bool) -> list[Suggestion]:
        """Completions of *typed*; *asked* for with Tab, or offered while typing."""
        options = self._shell.options
        if self._shell.question is not None or options["verbosity"] == "exam":
            return []
        if self._is_local(typed):
            return list(self._suggest_local(typed))
        if not asked and (options["complete"] == "off" or not typed):
            return []
        if options.on("raw-keys"):  # Tab and the arrows are octets: nothing could be chosen
            return []
        found = suggest(typed, self._shell.scene())
        if options["complete"] == "verbs" and not asked:
            found = [one for one in found if one.start == 0]
        return found

    def _suggest_local(self, typed: str) -> Iterator[Suggestion]:
        from smtpshell.shell.local import complete_local

        if self._front.local_line is None:
            yield from (Suggestion(*one) for one in complete_local(self._shell, typed))
            return
        for text, start, meaning in complete_local(self._shell, f":{typed}"):
            yield Suggestion(text.removeprefix(":"), max(0, start - 1), meaning)

    def guess(self) -> str:
        """The suggested rest of the line, where the cursor is at its end."""
        options = self._shell.options
        buffer = self._front.buffer
        state = buffer.complete_state
        if (
            not buffer.text
            or not buffer.document.is_cursor_at_the_end
            or (state is not None and state.complete_index is not None)
            or self._shell.question is not None
            or self._is_local(buffer.text)
            or not options.on("suggest")
            or options.on("raw-keys")
            or options["verbosity"] == "exam"
            or self._shell.narrator.session.mode is Mode.AUTH
        ):
            return ""
        history = reversed(self._shell.history.get_strings())
        return complete_line(buffer.text, self.look().scene, history)

    # -- below the line

    def below(self, width: int) -> list[list[Fragment]]:
        """Rows: remark, menu and hint bar, as far as they are wanted."""
        if self._shell.question is not None:
            return []
        look = self.look()
        rows: list[list[Fragment]] = []
        if look.odd:
            before = sum(columns_of(part) for _, part in self.prompt())
            rows.append(remark_row(look.odd[0], before, look.text, width))
        state = self._front.buffer.complete_state
        if state is not None and state.completions:
            entries = [Suggestion(c.text, 0, c.display_meta_text) for c in state.completions]
            rows += menu_rows(entries, state.complete_index, width)
        options = self._shell.options
        if options.on("hint-bar") and options["verbosity"] != "exam":
            local = self._front.local_line is not None
            rows.append(bar(hint(look.text, look.scene, local=local), width))
        return rows

    # -- inside

    def _is_local(self, text: str) -> bool:
        if self._front.local_line is not None:
            return True
        return self._shell.is_local(text)

    @property
    def _remarking(self) -> bool:
        options = self._shell.options
        return options.on("remarks") and options["verbosity"] != "exam"


def _underlined(fragments: StyleAndTextTuples, odd: list[Problem]) -> StyleAndTextTuples:
    """Add the style `problem` to what lies in the spans of *odd*."""
    spans = [(problem.start, problem.end) for problem in odd if problem.end > problem.start]
    if not spans:
        return fragments
    cuts = sorted({edge for span in spans for edge in span})
    marked: StyleAndTextTuples = []
    at = 0
    for style, text, *_ in fragments:
        end = at + len(text)
        edges = [at, *(cut for cut in cuts if at < cut < end), end]
        for start, stop in pairwise(edges):
            inside = any(first <= start and stop <= last for first, last in spans)
            piece = text[start - at : stop - at]
            marked.append((f"{style} class:problem" if inside else style, piece))
        at = end
    return marked
