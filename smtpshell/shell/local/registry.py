"""The registry of local commands: one row each, read by help, completion, hint bar and dispatch.

A local command begins with a colon at a command prompt, where no SMTP verb does; anywhere else
Ctrl-] opens a line for it. It is understood by its name, its one-letter form, and any beginning of
its name that no other has.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError

if TYPE_CHECKING:
    from smtpshell.shell.core import Shell

Pairs = Iterable[tuple[str, str]]
Run = Callable[["Shell", str], Awaitable[None] | None]
Complete = Callable[["Shell", str], Pairs]


class LocalCommand(NamedTuple):
    """One local command; *complete* gives (argument, meaning) for what was typed of it."""

    name: str
    letter: str  # the one-letter form; "" if all that would fit are taken
    syntax: str
    help: str  # one line
    long: str  # paragraphs for `:help NAME`
    run: Run
    complete: Complete | None = None
    also: str = ""  # what it has in common with others, said behind the long words


LOCALS: dict[str, LocalCommand] = {}
_LETTERS: dict[str, str] = {}


def local(
    name: str,
    letter: str,
    syntax: str,
    help: str,
    long: str,
    complete: Complete | None = None,
    also: str = "",
) -> Callable[[Run], Run]:
    """Put the function below into the registry; *help* and *long* are translated when shown."""

    def register(run: Run) -> Run:
        assert name not in LOCALS, name
        assert letter not in _LETTERS, letter
        LOCALS[name] = LocalCommand(name, letter, syntax, help, long, run, complete, also)
        if letter:
            _LETTERS[letter] = name
        return run

    return register


def find_local(word: str) -> LocalCommand | None:
    """The command that *word* stands for: name, letter, or a beginning only one name has."""
    name = _LETTERS.get(word, word)
    if name in LOCALS:
        return LOCALS[name]
    near = [name for name in LOCALS if word and name.startswith(word)]
    return LOCALS[near[0]] if len(near) == 1 else None


def split_local(line: str) -> tuple[str, str]:
    """The word for a command and its argument in *line*, with or without its colon."""
    text = line.removeprefix(":").strip()
    if text.isdecimal():  # the number of a lesson's choice
        return "answer", text
    if text.startswith("="):  # an answer in words, with or without a space
        return "answer", text[1:]
    word, _, argument = text.partition(" ")
    return word, argument


def parse_local(line: str) -> tuple[LocalCommand, str]:
    """Command and argument of *line*, with or without its colon; UsageError if there is none."""
    word, argument = split_local(line)
    found = find_local(word)
    if found is not None:
        return found, argument.strip()
    near = [f":{name}" for name in LOCALS if word and name.startswith(word)]
    if near:
        raise UsageError(tr(":{word} can be {names}", word=word, names=", ".join(near)))
    nearest = nearest_local(word)
    hint = tr("did you mean {name}?", name=f":{nearest}") if nearest else tr(":help lists them")
    raise UsageError(tr("there is no local command :{word}", word=word), hint=hint)


def nearest_local(word: str) -> str:
    """The name most like *word*, "" if none is."""
    from difflib import get_close_matches

    found = get_close_matches(word, LOCALS, n=1, cutoff=0.6)
    return found[0] if found else ""


def complete_local(shell: Shell, line: str) -> list[tuple[str, int, str]]:
    """(text, start, meaning) for a local line, which begins with its colon."""
    word, space, argument = line[1:].partition(" ")
    if not space:
        return [
            (f":{name}" + (" " if command.complete else ""), 0, tr(command.help))
            for name, command in LOCALS.items()
            if name.startswith(word)
        ]
    command = find_local(word)
    if command is None or command.complete is None:
        return []
    argument = argument.lstrip()
    found = []
    for text, meaning in command.complete(shell, argument):
        # An argument of several words is completed word by word.
        start = len(line) - len(argument)
        typed = argument
        if " " in argument and not text.lower().startswith(argument.lower()):
            start = line.rfind(" ") + 1
            typed = line[start:]
        if text.lower().startswith(typed.lower()) and text != typed:
            found.append((text, start, tr(meaning)))
    return found
