"""Questions of the shell to the learner: one key, or one line that is not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# What people write for a key, whatever the choice says and in the languages that we speak.
WRITTEN_OUT = {"y": ("yes",), "n": ("no", "nein")}


class Choice(NamedTuple):
    """One answer: its key, a word for it, and what then happens."""

    key: str
    word: str
    then: Callable[[], None]

    def is_meant(self, said: str) -> bool:
        """Is *said*, in small letters, the key, or the words or their beginning?"""
        if len(said) < 2:
            return said == self.key
        return said in WRITTEN_OUT.get(self.key, ()) or self.word.lower().startswith(said)


class Question(NamedTuple):
    """A question with a few answers. Ctrl-C, Ctrl-D and Escape mean the last one, so that is the
    one that does nothing. *text* is said before; it may be long.
    """

    text: str
    choices: tuple[Choice, ...]

    @property
    def prompt(self) -> str:
        """What stands before the cursor: `y = yes, n = no: `"""
        return ", ".join(f"{choice.key} = {choice.word}" for choice in self.choices) + ": "

    def answer(self, typed: str) -> bool:
        """Do what *typed* chooses, a key or its words; False if it is none.

        A line that only begins with the letter is none: `help` does not hang up.
        """
        said = typed.strip().lower()
        for choice in self.choices:
            if choice.is_meant(said):
                choice.then()
                return True
        return False

    def refuse(self) -> None:
        self.choices[-1].then()


class Inquiry(NamedTuple):
    """A question whose answer is a line of text; *secret* text is not shown while typed.

    *fits* tells an answer from any other line, where lines come from a pipe and nobody was asked.
    *anew* asks once more, when what the question is about has changed. *left* is done when the
    learner leaves it alone, with Ctrl-C.
    """

    prompt: str
    then: Callable[[str], None]
    secret: bool = False
    fits: Callable[[str], bool] | None = None
    anew: Callable[[], None] | None = None
    left: Callable[[], None] | None = None
