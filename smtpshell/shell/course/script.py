"""Playing a lesson's dialogue in the learner's own session, for who wants a step done."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.lesson.script import CLIENT, DIRECTIVE, Line, Script, seconds

if TYPE_CHECKING:
    from smtpshell.shell.course.tutor import Tutor


async def play_script(tutor: Tutor, script: Script) -> None:
    """Say what the client says in *script*, each line in its turn."""
    shell = tutor.shell
    bunch: list[str] | None = None
    early: list[str] = []
    for line, following in zip_longest(script.lines, script.lines[1:]):
        if line.kind == CLIENT:
            text = line.data.decode("utf-8", "surrogateescape")
            if bunch is not None:
                bunch.append(text)
            elif early:
                early[:] = []
                await shell.open()
                shell.send(text)
                await tutor.rest()
            else:
                await _say(tutor, [text])
        elif line.kind == DIRECTIVE and line.word == "pipeline":
            bunch = []
        elif line.kind == DIRECTIVE and line.word == "end":
            await _say(tutor, bunch or [], batch=True)
            bunch = None
        elif line.kind == DIRECTIVE and line.word == "early":
            early.append(line.word)
        elif line.kind == DIRECTIVE:
            # Whoever hangs up next does not wait for a greeting: there may never be one.
            await _direct(tutor, line, patient=str(following) != "% close")


async def _say(tutor: Tutor, texts: list[str], *, batch: bool = False) -> None:
    shell = tutor.shell
    if not shell.connected:
        await shell.open()
        await tutor.rest()
    if not shell.connected:
        raise UsageError(tr("there is no connection, so the step cannot be done for you"))
    shell.enqueue(texts, batch=batch)
    await tutor.rest()
    if shell.options.on("eat-caps") and any(text.startswith("Q") for text in texts):
        await shell.hang_up()  # it is under way


async def _direct(tutor: Tutor, line: Line, *, patient: bool) -> None:
    shell = tutor.shell
    if line.word == "wait":
        tutor.place.skip(seconds(line.argument))
        tutor.look()
    elif line.word == "close":
        await shell.hang_up()
    elif line.word in ("new-session", "connect"):
        if line.argument:
            tutor.place.name = line.argument
        await shell.open()
        if patient:
            await tutor.rest()
    elif line.word.startswith(":"):
        await _use(tutor, line)
        await tutor.rest()
    elif line.word == "tls":
        await tutor.rest()  # the shell shakes hands as soon as the server is ready to


async def _use(tutor: Tutor, line: Line) -> None:
    """A local command, until it is done: what follows may need what it does."""
    from smtpshell.shell.local import parse_local

    shell = tutor.shell
    command, argument = parse_local(line.text)
    work = command.run(shell, argument)
    tutor.ear.used(command.name, argument)
    if work is not None:
        await work
    if command.name == "drop" and shell.client is not None:
        await shell.client.wait_closed()
