"""Key bindings: what is ours on top of prompt_toolkit's emacs and vi bindings.

Nothing here is bound to a character that can be typed, except while a question is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.keys import Keys

from smtpshell.shell.paste import cut_paste

if TYPE_CHECKING:
    from smtpshell.shell.action import Actions
    from smtpshell.shell.app import TerminalFrontEnd


# What a terminal says by itself; nobody has pressed it.
_NO_KEYS = (Keys.CPRResponse, Keys.SIGINT, Keys.Vt100MouseEvent, Keys.WindowsMouseEvent)


def build_keys(front: TerminalFrontEnd, actions: Actions) -> KeyBindings:
    """The bindings of one front end."""
    keys = KeyBindings()
    at_line = has_focus(front.buffer)
    asking = Condition(lambda: actions.asks_for_a_key)
    local = Condition(lambda: front.local_line is not None)
    guessing = Condition(lambda: bool(front.guess()))
    only_one = Condition(lambda: actions.took_only_completion)
    empty = Condition(lambda: not front.buffer.text)
    searching = ~at_line
    raw = Condition(lambda: front.keys_are_raw)  # else only these do what they do

    @keys.add("enter", filter=at_line, eager=raw)
    @keys.add("c-j", filter=at_line, eager=raw)
    def _(event: KeyPressEvent) -> None:
        actions.enter()

    @keys.add("c-c", filter=~searching, eager=raw)
    @keys.add("<sigint>", eager=raw)
    def _(event: KeyPressEvent) -> None:
        actions.interrupt()

    @keys.add("c-d", filter=at_line & empty, eager=raw)
    def _(event: KeyPressEvent) -> None:
        actions.end_of_file()

    @keys.add("f1")
    def _(event: KeyPressEvent) -> None:
        actions.explain_here()

    # Eager, as emacs has longer sequences that begin with this key.
    @keys.add("c-]", filter=at_line & ~local, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.open_local_line()

    @keys.add("c-]", filter=local, eager=True)
    @keys.add("escape", filter=local, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.close_local_line()

    @keys.add("c-x", "c-e", filter=at_line)
    def _(event: KeyPressEvent) -> None:
        actions.edit_line_or_letter()

    @keys.add("tab", filter=at_line & only_one)
    def _(event: KeyPressEvent) -> None:
        actions.complete_on()

    @keys.add("right", filter=at_line & guessing)
    @keys.add("c-f", filter=at_line & guessing)
    @keys.add("c-e", filter=at_line & guessing)
    @keys.add("end", filter=at_line & guessing)
    def _(event: KeyPressEvent) -> None:
        front.buffer.insert_text(front.guess())

    @keys.add("escape", "f", filter=at_line & guessing)
    def _(event: KeyPressEvent) -> None:
        rest = front.guess()
        word = rest[: rest.find(" ", 1)] if " " in rest[1:] else rest
        front.buffer.insert_text(word)

    @keys.add(Keys.BracketedPaste, filter=at_line, eager=raw)
    @keys.add(Keys.BracketedPaste, filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        buffer = front.buffer
        document = buffer.document
        lines, rest = cut_paste(document.text_before_cursor, event.data, document.text_after_cursor)
        actions.paste(lines, rest)

    @keys.add(Keys.Any, filter=at_line & raw & ~asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        """With `:set raw-keys on` a key is what the terminal sends for it."""
        if event.key_sequence[0].key not in _NO_KEYS:
            front.buffer.insert_text(event.data)

    @keys.add("c-z", filter=at_line, eager=raw)
    @keys.add("c-z", filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.suspend()

    @keys.add(Keys.Any, filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.answer_key(event.data)

    @keys.add("enter", filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.enter_at_question()

    @keys.add("tab", filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        """A question wants one of its keys."""

    @keys.add("escape", filter=asking, eager=True)
    @keys.add("c-c", filter=asking, eager=True)
    @keys.add("c-d", filter=asking, eager=True)
    def _(event: KeyPressEvent) -> None:
        actions.refuse_question()

    return keys
