"""How a tutor speaks: pages, what was reached, questions, offers of help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, tr
from smtpshell.shell.course.page import anew
from smtpshell.shell.course.report import LEAST, ROOM, part_lines, report_lines
from smtpshell.shell.course.sample import sample_lines

if TYPE_CHECKING:
    from smtpshell.lesson.lesson import Ask, Predict
    from smtpshell.lesson.told import Told
    from smtpshell.shell.course.tutor import Tutor


def show_page(tutor: Tutor) -> None:
    """The page of the step at hand."""
    with tutor.shell.view.gathered():
        tutor.shell.voice.write(tutor.page.step(tutor.run))
        _show_arrangements(tutor)
        if tutor.run.waits_for_go_on:
            tutor.shell.voice.say(tr("When you have read this: `:next`."), "note")


def tell(tutor: Tutor, told: Told) -> None:
    """Say what the run has to tell; to somebody who plays only that it is over."""
    if told.kind == "lesson":
        _end(tutor)
    elif not tutor.quiet and told.kind in _TELL:
        _TELL[told.kind](tutor, told)


def pose(tutor: Tutor) -> None:
    """Put the next question, once."""
    questions = tutor.run.questions()
    if not questions or questions[0].id == tutor.posed or tutor.shell.question is not None:
        return
    ask, page = questions[0], tutor.page
    tutor.posed = ask.id
    if ask.transcript and ask.id != tutor.sampled:  # not again between two tries
        tutor.sampled = ask.id
        sample = page.script(sample_lines(ask.transcript))
        tutor.shell.voice.write([page.empty(), *sample])
    tutor.shell.voice.write([page.empty(), *page.ask(ask, how_to_answer(ask))])


def how_to_answer(ask: Ask) -> str:
    """What to type to answer."""
    if ask.tries == 1:
        return tr("Answer with its number, `:1` or `:2`; there is one try.")
    if ask.choices:
        return tr("Answer with its number: `:1` to `:{count}`.", count=len(ask.choices))
    return tr("Answer with `:=` and your words, as in `:= yes`.")


def _goal(tutor: Tutor, told: Told) -> None:
    tutor.shell.voice.write(tutor.page.head(tr("Reached"), told.words, "goal.done"))
    if all(reached or goal.optional for goal, reached in tutor.run.goals()):
        tutor.posed = ""  # only a question is left: it may have scrolled away


def _lost(tutor: Tutor, told: Told) -> None:
    tutor.shell.voice.write(tutor.page.head(tr("Lost again"), told.words, "note.error"))


def _barred(tutor: Tutor, told: Told) -> None:
    goal = next(goal for _, goal in tutor.run.lesson.goals if goal.id == told.id)
    words = f"{told.words} ({anew(goal)})"
    tutor.shell.voice.write(tutor.page.head(tr("Out of reach"), words, "note.error"))


def _prediction(tutor: Tutor, told: Told) -> None:
    guess = tutor.run.guesses[told.id]
    predict = next(one for one in tutor.run.lesson.predicts if one.id == told.id)
    said, truth = (_in_words(predict, one) for one in (guess.guess, guess.truth))
    if guess.right:
        words = tr("you said {said}, and so it is.", said=said)
    else:
        words = tr("you said {said}, it is {truth}.", said=said, truth=truth)
    words = f"{words} {told.words}".rstrip()
    tutor.shell.voice.write(tutor.page.head(tr("Your prediction"), words))


def _in_words(predict: Predict, guess: str) -> str:
    if predict.choices and guess.isdecimal() and 1 <= int(guess) <= len(predict.choices):
        return f'"{predict.choices[int(guess) - 1]}"'
    return guess


def _answer(tutor: Tutor, told: Told) -> None:
    head, style = (tr("Right"), "goal.done") if told.right else (tr("Not quite"), "note.error")
    tutor.shell.voice.write(tutor.page.head(head, _without(head, told.words), style))
    if told.right:
        return
    tutor.posed = ""  # put it once more, if there is another try
    given = tutor.run.answers.get(told.id)
    if given is not None and given.over:
        ask = next(one for one in tutor.run.lesson.asks if one.id == told.id)
        tutor.shell.voice.write(tutor.page.words(_solved(ask)))


def _without(head: str, words: str) -> str:
    """*words* of a lesson that begin with the very word that stands before them on the screen."""
    rest = words.removeprefix(head)
    if rest == words or rest[:2] not in (". ", ": ", ", "):
        return words
    return rest[2:3].upper() + rest[3:]


def _solved(ask: Ask) -> str:
    """What would have been right, when there is no further try; "" if only a pattern knows."""
    if not ask.answers:
        return ""
    answer = ask.choices[int(ask.answers[0]) - 1] if ask.choices else ask.answers[0]
    return tr("The right answer: {answer}", answer=answer)


def _clock(tutor: Tutor, told: Told) -> None:
    head, limit = tr("The clock"), tutor.run.lesson.limit
    if told.id != "0":
        left = counted(int(told.id), "{count} minute left", "{count} minutes left")
        tutor.shell.voice.write(tutor.page.head(head, f"{left}."))
        return
    over = counted(limit, "{count} minute is over", "{count} minutes are over")
    words = tr(
        "{over}. Finish it all the same: all that you do counts, and so does the time.", over=over
    )
    tutor.shell.voice.write(tutor.page.head(head, words, "note.error"))


def _why(tutor: Tutor, told: Told) -> None:
    tutor.wonders = told.id
    words = f"{tr(told.words)} {tr('`:= because ...` keeps it; nobody judges it.')}"
    tutor.shell.voice.write(tutor.page.head(tr("Think"), words))


def _stuck(tutor: Tutor, told: Told) -> None:
    if tutor.run.next_line() and not tutor.in_exam:
        words = tr("Show the next line, half filled in? `:y` does. `:hint` gives a hint.")
        tutor.shell.voice.write(tutor.page.head(tr("Stuck?"), f"{tr(told.words)}. {words}"))


_TELL = {
    "goal": _goal,
    "lost": _lost,
    "barred": _barred,
    "prediction": _prediction,
    "answer": _answer,
    "clock": _clock,
    "why": _why,
    "stuck": _stuck,
}


def _end(tutor: Tutor) -> None:
    changed = tutor.shell.options.put_tools_away()
    if changed:
        words = tr("As before the lesson again: {options}.", options=", ".join(changed))
        tutor.shell.voice.say(words, "note")
    prose = tutor.page.prose(tutor.run.lesson.closing)
    closing = [tutor.page.empty(), *prose] if prose else []
    tutor.shell.voice.write(closing)
    show_report(tutor, room=max(LEAST, ROOM - len(closing)))


def show_report(tutor: Tutor, *, part: str = "", room: int = 0) -> None:
    """How it went, and what is next, in *room* rows; or one *part* of it."""
    tutor.keep()  # what is next depends on it
    run, shell, school = tutor.run, tutor.shell, tutor.shell.school
    notes = shell.commentary.library.notebook.notes

    def headline(note: str) -> str:
        return notes[note].headline if note in notes else ""

    page = tutor.page
    if part:
        lines = part_lines(page, run, part, headline)
    else:
        following, counted = school.following(run.lesson), school.passed_track(run)
        room = room if shell.voice.marks.seen else 0  # who listens has no screen to fill
        lines = report_lines(page, run, headline, following, counted, room)
    shell.voice.write(lines)


def _show_arrangements(tutor: Tutor) -> None:
    """The lines of the step that are to be put in order, in their disorder."""
    from smtpshell.lesson.arrange import arrangement
    from smtpshell.lesson.house import Shelf

    run, place = tutor.run, tutor.place
    for script in run.step.parsons:
        if script.name in run.arranged_right:
            continue
        if script.name not in tutor.arrangements:
            problem = arrangement(run.lesson, script, Shelf(place.folders))
            tutor.arrangements[script.name] = (problem, problem.shuffled(place.seed))
        _, lines = tutor.arrangements[script.name]
        rows = [(f"{n}", text or tr("(an empty line)")) for n, text in enumerate(lines, 1)]
        tutor.shell.voice.table(rows)
        tutor.shell.voice.say(
            tr("Put them in order with their numbers: `:order 3 1 2 ...`"), "note"
        )
