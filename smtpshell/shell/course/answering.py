"""A line typed at the prompt while a question is open: is it for the server, or an answer?

Lines are the server's. An answer needs no colon only where nothing that is said to a server looks
like it: the number or the words of a choice; the numbers of lines to be put in order; and where a
question is answered in words, what begins with no verb and with nothing like one. What was taken
for which is said, with the way to have it otherwise: `:send 2` sends, `:= QUIT` answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.lesson.block import fold
from smtpshell.lesson.told import is_right
from smtpshell.shell.rewind import refresh_station
from smtpshell.smtp.command import parse_client_line
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Ask
    from smtpshell.shell.course.tutor import Tutor

_A_SLIP = frozenset(
    {"unknown-verb-close", "header-as-command"}
)  # meant for the server all the same
_NO_VERB = _A_SLIP | {"unknown-verb", "dot-as-command"}


def can_be_answer(ask: Ask, text: str) -> bool:
    """Is *text*, typed where commands are typed, an answer to *ask* and nothing else?"""
    words = text.split()
    if not words:
        return False
    if ask.choices:  # QUIT may be one of them, and is for the server all the same
        return is_choice(ask, text) and not is_verb(text)
    return not is_verb(text) and (is_right(ask, text) or not issues_of(text) & _A_SLIP)


def is_choice(ask: Ask, text: str) -> bool:
    """Is *text* one of the choices of *ask*, or its number? True where there are none."""
    number = text.strip()
    chosen = number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= len(ask.choices)
    return not ask.choices or chosen or fold(text) in map(fold, ask.choices)


def is_order(text: str) -> bool:
    """Is *text* several numbers and nothing else, as lines are put in order with them?"""
    numbers = text.replace(",", " ").split()
    return len(numbers) > 1 and all(one.isascii() and one.isdecimal() for one in numbers)


def is_verb(text: str) -> bool:
    """Does *text* begin with a word that servers know?"""
    return bool(text.strip()) and not issues_of(text) & _NO_VERB


def issues_of(text: str) -> set[str]:
    """What is odd about *text* as a command."""
    command = parse_client_line(text.encode("utf-8", "surrogateescape"), Mode.COMMAND)
    return {problem.issue for problem in command.problems}


def takes_answer(tutor: Tutor, text: str) -> bool:
    """Take *text* for an answer if it can be nothing else; False leaves it to the server."""
    questions = tutor.run.questions()
    shell = tutor.shell
    if tutor.skipping or not (shell.at_command or not shell.connected):
        return False
    if tutor.run.unordered and is_order(text):
        shell.run_local(f":order {text.strip()}")
        return True
    if not questions:
        return False
    ask, said = questions[0], printable(text.strip())
    if not can_be_answer(ask, text):
        if not ask.choices and len(text.split()) == 1 and tutor.hinted != ask.id:
            tutor.hinted = ask.id
            tutor.aside = tr("That went to the server. As an answer it is `:= {line}`.", line=said)
        return False
    shell.view.keep_typed(text)
    words = tr("Taken as your answer. `:send {line}` would send it to the server.", line=said)
    shell.voice.say(words, "note")
    tutor.ear.add(tutor.run.answer(ask.id, text, tutor.now()))
    shell.look_at_lesson()
    refresh_station(shell)  # what follows is not taken back to before the answer
    return True
