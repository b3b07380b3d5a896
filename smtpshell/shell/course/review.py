"""`:review`: what went wrong in lessons, asked again, a few items a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.errors import UsageError
from smtpshell.lesson.review import A_DAY, judge, question_of
from smtpshell.shell.question import Inquiry
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.lesson.review import Item
    from smtpshell.shell.core import Shell
    from smtpshell.shell.course.school import School


def review(shell: Shell, school: School) -> None:
    """Ask what is due today, one item after the other; Enter alone ends it."""
    items = school.progress.review.due(school.today().toordinal())
    if not items:
        shell.voice.say(
            tr(
                "Nothing is due today. What goes wrong in lessons comes back after 1, 3, 7 and 14"
                " days, {count} items a day.",
                count=A_DAY,
            )
        )
        return
    due = counted(len(items), "{count} item for today.", "{count} items for today.")
    shell.voice.note(tr("Review"), f"{due} {tr('Enter alone ends it.')}")
    _ask(shell, school, items)


def _ask(shell: Shell, school: School, items: list[Item]) -> None:
    if not items:
        _end(shell, school, tr("That was all for today."))
        return
    item, *rest = items
    lesson = school.catalog.lesson(item.lesson) if item.lesson in school.catalog.headings else None
    question = question_of(item, lesson) if lesson is not None else None
    if lesson is None or question is None:  # the lesson has changed since
        school.progress.review.drop(item)
        _ask(shell, school, rest)
        return
    shell.voice.say(printable(question.text), "ask")
    for number, choice in enumerate(question.choices, 1):
        shell.voice.say(f"  {number}  {printable(choice)}")

    def said(text: str) -> None:
        if not text.strip():
            _end(shell, school, tr("The rest stays for another time."))
            return
        try:
            right = judge(item, lesson, text)
        except UsageError as error:
            shell.voice.complain(error)
            shell.ask(Inquiry(tr("your answer: "), said))
            return
        school.progress.review.answered(item, right, school.today().toordinal())
        if right:
            shell.voice.note(tr("Right"), tr("it comes back later, further apart."), "goal.done")
        else:
            shell.voice.note(
                tr("Not quite"),
                tr("see lesson {lesson}; it comes back tomorrow.", lesson=item.lesson),
            )
        _ask(shell, school, rest)

    shell.ask(Inquiry(tr("your answer: "), said))


def _end(shell: Shell, school: School, words: str) -> None:
    shell.voice.say(words)
    try:
        school.save()
    except UsageError as error:
        shell.voice.complain(error)
