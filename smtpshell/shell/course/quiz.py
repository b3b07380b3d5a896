"""What a lesson asks before a line leaves: the prediction, and how sure one is of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.lesson.guess import read_guess
from smtpshell.lesson.lesson import CLASSES
from smtpshell.shell.course.answering import is_verb
from smtpshell.shell.question import Inquiry

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Predict
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.tutor import Tutor

_SURE = marked("how sure are you? 1 = a guess, 2 = I think so, 3 = certain: ")
_CONFIDENCE = {"": 2, "1": 1, "2": 2, "3": 3}


def ask_prediction(tutor: Tutor, predict: Predict, line: str, then: Callable[[], None]) -> None:
    """Ask what will happen; *then* lets the held *line* go. Enter alone lets it go unasked."""
    shell = tutor.shell
    shell.voice.write(tutor.page.predict(predict, line))
    prompt = _prompt(predict)

    def said(text: str) -> None:
        if not text.strip():
            tutor.waive(predict)
            then()
            return
        try:
            read_guess(predict, text)
        except UsageError as error:
            first = tr("Your prediction first; Enter alone goes on without one.")
            waits = _waits(shell, text, first)
            if not waits:
                shell.voice.complain(error)
            inquire(said)
            _give_back(shell, "" if waits else text)
            return
        if predict.confidence:
            inquire_sure(sure(text))
        else:
            commit(text, 0)

    def sure(guess: str) -> Callable[[str], None]:
        def answered(text: str) -> None:
            confidence = _CONFIDENCE.get(text.strip().removeprefix(":")[:1])
            if confidence is None:
                waits = _waits(shell, text, tr("First how sure you are; Enter alone goes on."))
                inquire_sure(answered)
                _give_back(shell, "" if waits else text)
            else:
                commit(guess, confidence)

        return answered

    def commit(guess: str, confidence: int) -> None:
        tutor.predict(predict, guess, confidence)
        then()

    def inquire(answered: Callable[[str], None]) -> None:
        shell.ask(Inquiry(prompt, answered, fits=fits, anew=then, left=left))

    def inquire_sure(answered: Callable[[str], None]) -> None:
        shell.ask(
            Inquiry(
                tr(_SURE),
                answered,
                fits=lambda text: text.strip() in _CONFIDENCE,
                anew=then,
                left=left,
            )
        )

    def left() -> None:
        if line:
            shell.voice.say(tr("Not sent. The line is back at the prompt."))
            shell.view.prefill(line)
        else:
            shell.voice.say(tr("Left alone. `:connect` asks again."))

    def fits(text: str) -> bool:
        try:
            read_guess(predict, text)
        except UsageError:
            return not text.strip()
        return True

    inquire(said)


def _waits(shell: Shell, text: str, first: str) -> bool:
    """Was *text* no answer but a line? Then it goes out behind the one that is held.

    *first* says what is asked for.
    """
    words = text.split()
    if words and words[0].startswith(":"):  # somebody looks for a way out
        shell.voice.say(first)
    elif shell.connected and shell.at_command and is_verb(text):
        shell.queue.add([text])
        shell.voice.say(f"{tr('This line waits for its turn.')} {first}")
    else:
        if shell.takes_local:  # no login answer, no line of a letter
            shell.history.append_string(text)
        return False
    return True


def _give_back(shell: Shell, text: str) -> None:
    """A line of a letter or of a login is in no history; so it stands at the prompt again."""
    if text and not shell.takes_local:
        shell.view.prefill(text)


def _prompt(predict: Predict) -> str:
    if predict.choices:
        what = tr("1 to {count}", count=len(predict.choices))
    else:
        what = ", ".join(CLASSES) if predict.judge == "reply-class" else tr("a reply code")
    return tr("your prediction ({what}; Enter alone skips): ", what=what)
