"""The letter: DATA and BDAT, what is wrong with it when it is whole, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.fault import syntax_verdict
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.smtp.data import MailDataReader, dot_stuff
from smtpshell.smtp.lenient import LenientReader
from smtpshell.smtp.state import State

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Move, Standing
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.data import Offences

# How far beyond the limit a letter is read before the server gives up waiting for its end.
PATIENCE = 1024 * 1024
_LINE_END = 2


def judge_data(part: Part, standing: Standing, command: Command) -> Verdict:
    """The letter may come (RFC 5321 4.1.1.4)."""
    if standing.state is State.BDAT:
        return Verdict("data-after-bdat")
    missing, wrong = _nobody_to_send_to(standing), syntax_verdict(part, command, "data-syntax")
    form_first = "DATA" in part.personality.strict.form_first
    if refused := (wrong or missing if form_first else missing or wrong):
        return refused
    if standing.binary:
        return Verdict("data-binary")
    return Verdict("data-go", accepted=_begin_data)


def judge_bdat(part: Part, standing: Standing, command: Command) -> Verdict:
    """A chunk comes (RFC 3030 2); the verdict is spoken when its octets are there."""
    if command.chunk_size is None:
        return Verdict("bdat-syntax", detail=_words(command), lasting=False)
    return (_chunk_out_of_order(part, standing, command) or Verdict("bdat-ok"))._replace(
        lasting=False
    )


def _chunk_out_of_order(part: Part, standing: Standing, command: Command) -> Verdict | None:
    if standing.broken:
        return Verdict("bdat-failed")
    if standing.state not in (State.RCPT, State.BDAT):
        return _nobody_to_send_to(standing)
    return syntax_verdict(part, command, "bdat-syntax")


def _nobody_to_send_to(standing: Standing) -> Verdict | None:
    if standing.state is State.RCPT:
        return None
    if standing.state is not State.MAIL:
        return Verdict("data-no-mail")
    return Verdict("data-all-refused" if standing.refused else "data-no-rcpt")


def _words(command: Command) -> str:
    return command.problems[0].message if command.problems else ""


def _begin_data(desk: Desk, move: Move) -> None:
    part = desk.part
    reader, part.spare = part.spare, None
    if reader is None:
        limit, ends = part.personality.limits.size, part.personality.strict.also_ends
        reader = LenientReader(ends, limit=limit) if ends else MailDataReader(limit=limit)
    desk.reader = reader


def offences_in_chunks(data: bytes) -> Offences:
    """What is wrong in text that came in chunks, found by the reader that finds it in mail data."""
    reader = MailDataReader(keep=False)
    reader.feed(dot_stuff(data) + b"\r\n.\r\n")
    return reader.offences


def judge_letter(part: Part, octets: int, offences: Offences | None) -> Verdict | None:
    """What is wrong with a letter that is whole; None if nothing is.

    *offences* is None where there are none, or where they do not count: in binary chunks.
    """
    limits = part.personality.limits
    if octets > limits.size:
        return Verdict("data-too-big")
    if not part.world.has_room(octets):
        return Verdict("data-no-room")
    if offences is None:
        return None
    offence = _offence(offences)
    if offence and part.personality.strict.bare_newline == "reject":
        return Verdict("data-bare", {"offence": offence}, f"Yours has {offence}.")
    longest = offences.longest_line + _LINE_END
    if longest > limits.text_line:
        return Verdict("data-long-line", {"octets": str(longest)})
    return None


def _offence(offences: Offences) -> str:
    """The forbidden bytes by name and number, "" if there are none."""
    found = (
        (offences.bare_lf, "LF without CR"),
        (offences.bare_cr, "CR without LF"),
        (offences.nul, "NUL"),
    )
    return ", ".join(f"{count} {name}" for count, name in found if count)


def normalized(data: bytes) -> bytes:
    """*data* with each lone CR or LF made a CRLF, as lenient servers do."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return lines.replace(b"\n", b"\r\n")
