"""A line editor that only ever appends: for screen readers and terminals that cannot do more.

No escape sequence is written and the cursor is never moved back over text, but for the Backspace
that takes away the last character. Whatever changes the line otherwise writes the whole line anew
on the next row. Keys come in as prompt_toolkit names them, text goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from smtpshell.shell.fragment import columns_of
from smtpshell.shell.paste import cut_paste
from smtpshell.shell.suggest import Suggestion
from smtpshell.smtp.printable import printable


class Owner(Protocol):
    """What the editor asks of whoever uses it."""

    def entered(self, text: str) -> None: ...
    def pasted(self, lines: list[str], rest: str) -> None: ...
    def interrupted(self, text: str) -> None: ...
    def ended(self) -> None: ...
    def helped(self, text: str) -> None: ...
    def escaped(self) -> None: ...
    def suspended(self) -> None: ...
    def edited(self, text: str) -> None: ...
    def suggestions(self, text: str) -> Sequence[Suggestion]: ...
    def raw(self, text: str) -> bool:
        """Are the editing keys octets of the line *text*, and not for us?"""
        ...

    def earlier(self) -> Sequence[str]:
        """Lines of the history, newest first."""
        ...


class LinearEditor:
    """One line at a time. *secret* shows nothing of what is typed."""

    def __init__(self, owner: Owner, write: Callable[[str], None]) -> None:
        self._owner = owner
        self._write = write
        self.prompt = ""
        self.text = ""
        self.secret = False
        self.standing = False  # is the prompt on the screen, with the text behind it?
        self._back = 0  # how far back in the history
        self._prefix = ""  # Ctrl-X has been pressed

    def show(self, prompt: str = "") -> None:
        """Write the prompt and what has been typed."""
        self.prompt = prompt or self.prompt
        self._write(self.prompt + self._shown(self.text))
        self.standing = True

    def leave_line(self) -> None:
        """Something else has to be written: go to the next row."""
        if self.standing:
            self._write("\n")
            self.standing = False

    def prefill(self, text: str) -> None:
        self.text = text
        if self.standing:
            self._anew()

    def key(self, key: str, data: str) -> None:
        """One key press: *key* as prompt_toolkit names it, *data* the characters it sent."""
        if self._prefix and key == "c-e":
            self._prefix = ""
            self._take(self._owner.edited)
            return
        if key not in _ALWAYS and (key != "c-d" or self.text) and self._owner.raw(self.text):
            self._type(data)
            return
        self._prefix = "c-x" if key == "c-x" else ""
        action = _KEYS.get(key)
        if action is not None:
            action(self, data)
        elif len(key) == 1:  # a character, and no name of a key
            self._type(key)

    # -- keys

    def _type(self, chars: str) -> None:
        self.text += chars
        if self.standing:
            self._write("" if self.secret else printable(chars))

    def _backspace(self, data: str) -> None:
        if self.text:
            before, self.text = columns_of(printable(self.text)), self.text[:-1]
            if self.standing and not self.secret:
                gone = before - columns_of(printable(self.text))
                if gone > 0:
                    self._write("\b \b" * gone)
                else:
                    self._anew()  # a mark over a letter: the letter is written once more

    def _enter(self, data: str) -> None:
        self._take(self._owner.entered)

    def _interrupt(self, data: str) -> None:
        self._take(self._owner.interrupted)

    def _end(self, data: str) -> None:
        if not self.text:
            self.leave_line()
            self._owner.ended()

    def _help(self, data: str) -> None:
        self.leave_line()
        self._owner.helped(self.text)

    def _suspend(self, data: str) -> None:
        self.leave_line()
        self._owner.suspended()

    def _escape(self, data: str) -> None:
        self.leave_line()
        self._owner.escaped()

    def _clear(self, data: str) -> None:
        self.text = ""
        self._anew()

    def _drop_word(self, data: str) -> None:
        self.text = self.text.rstrip().rpartition(" ")[0]
        self.text += " " if self.text else ""
        self._anew()

    def _paste(self, data: str) -> None:
        lines, rest = cut_paste(self.text, data)
        if not lines:
            self.text = rest
            self._anew()
            return
        self.text = ""
        self.leave_line()
        self._owner.pasted(lines, rest)

    def _older(self, data: str) -> None:
        self._recall(self._back + 1)

    def _newer(self, data: str) -> None:
        self._recall(self._back - 1)

    def _recall(self, back: int) -> None:
        earlier = self._owner.earlier()
        if 0 <= back <= len(earlier):
            self._back = back
            self.text = earlier[back - 1] if back else ""
            self._anew()

    def _complete(self, data: str) -> None:
        """As readline does it: what is certain is put in, what is not is listed."""
        found = self._owner.suggestions(self.text)
        if not found:
            return
        common = _common([self.text[: one.start] + one.text for one in found])
        if len(found) > 1:
            self._write("\n")
            for one in found:
                meaning = f": {one.meaning}" if one.meaning else ""
                self._write(f"{printable(one.text.rstrip())}{printable(meaning)}\n")
            self.standing = False
        if len(common) > len(self.text) or len(found) == 1:
            self.text = common
        if self.standing:
            self._anew()
        else:
            self.show()

    # -- inside

    def _take(self, then: Callable[[str], None]) -> None:
        text, self.text = self.text, ""
        self._back = 0
        self.leave_line()
        then(text)

    def _anew(self) -> None:
        if self.standing:
            self._write("\n" + self.prompt + self._shown(self.text))

    def _shown(self, text: str) -> str:
        return "" if self.secret else printable(text)


def _common(texts: Sequence[str]) -> str:
    """The longest beginning that all *texts* share, whatever their case."""
    first = min(texts, key=len)
    for index, char in enumerate(first):
        if any(text[index].upper() != char.upper() for text in texts):
            return first[:index]
    return first


_KEYS: dict[str, Callable[[LinearEditor, str], None]] = {
    "c-m": LinearEditor._enter,
    "c-j": LinearEditor._enter,
    "c-h": LinearEditor._backspace,
    "c-c": LinearEditor._interrupt,
    "c-d": LinearEditor._end,
    "c-u": LinearEditor._clear,
    "c-w": LinearEditor._drop_word,
    "c-i": LinearEditor._complete,
    "up": LinearEditor._older,
    "c-p": LinearEditor._older,
    "down": LinearEditor._newer,
    "c-n": LinearEditor._newer,
    "f1": LinearEditor._help,
    "c-]": LinearEditor._escape,
    "c-z": LinearEditor._suspend,
    "<bracketed-paste>": LinearEditor._paste,
}
# What ends or leaves the line, whatever the other keys do.
_ALWAYS = frozenset({"c-m", "c-j", "c-c", "c-]", "<bracketed-paste>"})
