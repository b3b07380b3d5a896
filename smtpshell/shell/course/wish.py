"""What a learner asks of the tutor: hints, answers, and ways round what is too hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.script import CLIENT, half
from smtpshell.lesson.skip import opens_anew
from smtpshell.shell.course.answering import is_choice
from smtpshell.shell.course.script import play_script
from smtpshell.shell.course.telling import how_to_answer, pose, show_page
from smtpshell.shell.rewind import go_to

if TYPE_CHECKING:
    from smtpshell.shell.course.tutor import Tutor


def show_step(tutor: Tutor) -> None:
    """`:goal`: what is to be done, and how far it is."""
    show_page(tutor)
    tutor.posed = tutor.sampled = ""
    pose(tutor)


def answer(tutor: Tutor, text: str) -> None:
    """`:= TEXT`: an answer to the question that was put."""
    questions = tutor.run.questions()
    if questions:
        if not text or not is_choice(questions[0], text):
            raise UsageError(how_to_answer(questions[0]))
        tutor.ear.add(tutor.run.answer(questions[0].id, text, tutor.now()))
    elif tutor.wonders and text:
        tutor.run.why(tutor.wonders, text)
        tutor.wonders = ""
        tutor.shell.voice.say(tr("Kept, for yourself."))
    else:
        raise UsageError(tr("no question is open"), hint=tr(":goal shows what the step asks for"))


def hint(tutor: Tutor) -> None:
    """`:hint`: the next hint, if it is time for one."""
    _check_exam(tutor)
    run, voice = tutor.run, tutor.shell.voice
    before = run.help.level
    level, text = run.hint(tutor.now())
    if not level:
        if run.waits_for_go_on:
            voice.say(tr("When you have read this: `:next`."))
        else:
            voice.say(tr("This step has no hints. :goal shows what it asks for."))
        return
    voice.write(tutor.page.head(tr("Hint"), text))
    if level == before and level < len(run.step.hints):
        voice.say(tr("Try something first; then there is more."), "note")
    tutor.keep()


def _check_exam(tutor: Tutor) -> None:
    """UsageError where nobody helps."""
    if tutor.in_exam:
        raise UsageError(
            tr("this is an exam: there are no hints"),
            hint=tr(":goal shows what is looked at; :show shows the solution, for no points"),
        )


def fill(tutor: Tutor) -> None:
    """`:fill`: the next line, half filled in, at the prompt."""
    _check_exam(tutor)
    line = tutor.run.next_line()
    if not line:
        raise UsageError(tr("nothing of the solution is left to be said"), hint=":goal")
    tutor.shell.voice.write(tutor.page.head(tr("The next line begins like this"), half(line)))
    tutor.shell.view.prefill(half(line).replace("____", ""))


def show(tutor: Tutor) -> None:
    """`:show`: the step's solution, to read."""
    run = tutor.run
    if not run.step.solutions:
        way = tr(":next goes on") if run.waits_for_go_on else tr(":goal shows it, :skip goes on")
        raise UsageError(tr("this step has nothing to be typed"), hint=way)
    run.show(tutor.now())
    lines = run.step.solutions[0].lines
    tutor.shell.voice.write(tutor.page.script(line.shown for line in lines))
    tutor.shell.voice.say(tr("You can type it now, or let `:skip` do it. It brings no points."))
    tutor.keep()


def go_on(tutor: Tutor) -> None:
    """`:next`: a step without goals was read."""
    if not tutor.run.waits_for_go_on:
        raise UsageError(
            tr("this step has something to be done"),
            hint=tr(":goal shows it, :skip does it for you"),
        )
    tutor.ear.add(tutor.run.go_on(tutor.now()))


def play(tutor: Tutor) -> None:
    """`:play`: the lesson goes quiet, or speaks again."""
    tutor.quiet = not tutor.quiet
    words = tr("The lesson is quiet. What you do still counts; `:play` brings it back.")
    tutor.shell.voice.say(words if tutor.quiet else tr("The lesson speaks again."))
    if not tutor.quiet:
        show_step(tutor)


async def reset_step(tutor: Tutor) -> None:
    """`:reset`: the step from its beginning, and the session as it was then where that goes."""
    way = tutor.way_to_step()
    if way:
        quiet, tutor.quiet = tutor.quiet, True  # what is open again is on the page
        try:
            await go_to(tutor.shell, way)
        finally:
            tutor.quiet = quiet
    tutor.run.reset_step(tutor.now())
    tutor.begin_again(tr("The step begins again."))
    if not way and tutor.run.step_number and not tutor.run.step.setup:
        words = tr("The session stays as it is; `:catch-up` plays what led here.")
        tutor.shell.voice.say(words, "note")


def reset_lesson(tutor: Tutor, seed: int = 0) -> None:
    """`:reset lesson`: from the first step, on a new connection; drawn anew where it is drawn."""
    tutor.run.begin_anew(tutor.now(), seed)
    tutor.place.begin_again(tutor.run.lesson)
    tutor.begin_again(tr("The lesson begins again."))


def order(tutor: Tutor, words: str) -> None:
    """`:order 3 1 2`: the lines in the learner's order."""
    run = tutor.run
    waiting = run.unordered
    if not waiting:
        raise UsageError(tr("there are no lines to be put in order here"), hint=":goal")
    name = waiting[0].name
    problem, lines = tutor.arrangements[name]
    numbers = words.replace(",", " ").split()
    if not numbers or not all(n.isdecimal() and 1 <= int(n[:9]) <= len(lines) for n in numbers):
        raise UsageError(
            tr("numbers from 1 to {count}, in your order: `:order 3 1 2 ...`", count=len(lines))
        )
    right = problem.right([lines[int(n[:9]) - 1] for n in numbers])
    tutor.ear.add(run.arranged(name, right, tutor.now()))
    if not right:
        tutor.shell.voice.write(tutor.page.head(tr("Not yet"), problem.words))


async def skip(tutor: Tutor) -> None:
    """`:skip`: do the step, so that the later ones still work."""
    run = tutor.run
    if run.finished:
        raise UsageError(tr("the lesson is done"), hint=tr(":lesson goes on to the next one"))
    _check_idle(tutor)
    step, shell = run.step_number, tutor.shell
    run.show(tutor.now())
    shell.options.put_tools_away()  # the solution takes out those that it needs
    tutor.skipping = True
    try:
        for one in run.step.parsons:
            tutor.ear.add(run.arranged(one.name, True, tutor.now()))
        if run.step_number == step and not run.waits_for_go_on:
            if shell.queue or shell.queue.aside:
                shell.drop_what_waits()
            script = tutor.place.solution(run, shell.client, stuck=shell.waiting)
            if opens_anew(script):
                tutor.vanish()
            await play_script(tutor, script)
        tutor.look()
        if run.step_number == step and not run.finished:
            tutor.ear.add(run.skip(tutor.now()))
    finally:
        tutor.skipping = False


def _check_idle(tutor: Tutor) -> None:
    if tutor.skipping:
        raise UsageError(tr("a step is being done for you"), hint=tr("wait until it is done"))


async def catch_up(tutor: Tutor) -> None:
    """`:catch-up`: a new session in which the earlier steps have been done."""
    if not tutor.run.step_number:
        raise UsageError(tr("this is the first step; nothing led here"), hint=":connect")
    _check_idle(tutor)
    script = tutor.place.way_here(tutor.run)
    tutor.shell.options.put_tools_away()
    tutor.skipping = True
    try:
        if any(line.kind == CLIENT for line in script.lines):
            tutor.vanish()
            await play_script(tutor, script)
        else:
            await tutor.connect_anew()
            await tutor.rest()
            tutor.shell.voice.say(tr("Nothing has to be said before this step."), "note")
    finally:
        tutor.skipping = False
