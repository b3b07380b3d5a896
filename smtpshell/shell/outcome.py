"""What became of the mail in a scripted run, as an exit status.

The numbers are those of swaks where it has one for the same thing, so that scripts can change
tools. A script may provoke errors on purpose; the status speaks of the letters:

* a mail transaction that began (MAIL accepted) must end with an accepted letter, unless the script
  withdrew it (RSET, a new EHLO) before anything of it was refused;
* if there was a MAIL at all, at least one letter must have been accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.fact.moment import Moment

SENT = 0
USAGE = 1
NOT_CONNECTED = 2
CUT_OFF = 6  # the connection ended, or a reply did not come in time
GREETING = 21
HELLO = 22
MAIL = 23
RCPT = 24
DATA = 25
LETTER = 26
QUIT = 27
AUTH = 28
TLS = 29
HELLO_UNDER_TLS = 32
OTHER = 40  # any other command was refused (with --stop-on-error)
UNFINISHED = 41  # the input ended before the letter did

STATUSES = {
    SENT: "nothing went wrong that a letter depended on",
    USAGE: "wrong use of the command line",
    NOT_CONNECTED: "no connection to the server",
    CUT_OFF: "the connection ended early, or a reply did not come in time",
    GREETING: "the server turned us away with its greeting",
    HELLO: "EHLO, HELO or LHLO was refused",
    MAIL: "MAIL was refused",
    RCPT: "no recipient was accepted",
    DATA: "DATA was refused",
    LETTER: "the letter was refused at its end",
    QUIT: "QUIT was refused",
    AUTH: "the login failed, or would have gone out in clear",
    TLS: "TLS failed, its certificate was not verified, or it was required and missing",
    HELLO_UNDER_TLS: "the EHLO after STARTTLS was refused",
    OTHER: "another command was refused (--stop-on-error)",
    UNFINISHED: "the input ended before the letter was sent",
}

_STAGES = {
    "EHLO": HELLO, "HELO": HELLO, "LHLO": HELLO, "MAIL": MAIL, "RCPT": RCPT, "DATA": DATA,
    "DOT": LETTER, "BDAT": LETTER, "QUIT": QUIT, "AUTH": AUTH, "AUTHLINE": AUTH, "STARTTLS": TLS,
}  # fmt: skip
_WITHDRAWS = frozenset({"RSET", "EHLO", "HELO", "LHLO"})


def stage(moment: Moment) -> int:
    """The status for a refused command: *moment* is that of the reply."""
    if moment.on == "greeting":
        return GREETING
    status = _STAGES.get(moment.verb, OTHER)
    return HELLO_UNDER_TLS if status == HELLO and moment.before.tls else status


class Outcome:
    """Keeps the score of a run. Tell it every moment; `status` at the end."""

    __slots__ = (
        "_doubt",
        "_earlier",
        "_lost",
        "_open",
        "_turned_away",
        "_wanted",
        "accepted",
        "refused",
    )

    def __init__(self) -> None:
        self.accepted = 0  # letters
        self.refused = SENT  # the stage of the last command that was refused
        self._wanted = False  # was there a MAIL at all?
        self._open = False  # a transaction that has not come to its end
        self._doubt = SENT  # what stands against it so far
        self._lost = SENT  # why the letter was lost
        self._earlier = SENT  # why an earlier one was
        self._turned_away = False

    def hear(self, moments: Iterable[Moment]) -> None:
        """Take the moments of an event."""
        for moment in moments:
            if moment.on == "command":
                self._wanted |= moment.verb == "MAIL"
            elif moment.on in ("greeting", "reply") and moment.reply is not None:
                if moment.reply.digit in (2, 3):
                    self._accepted(moment)
                else:
                    self._refused(moment)

    def status(self, *, cut_off: bool) -> int:
        """The exit status; *cut_off*: the connection ended before the script did."""
        if self._turned_away:
            return GREETING
        if lost := self._earlier or self._lost or (self._doubt if self._open else SENT):
            return lost
        if self._wanted and not self.accepted and self.refused:
            return self.refused
        if cut_off:
            return CUT_OFF
        return UNFINISHED if self._open else SENT

    def _accepted(self, moment: Moment) -> None:
        command = moment.command
        if moment.verb == "MAIL":
            self._earlier = self._earlier or self._lost
            self._open, self._doubt, self._lost = True, SENT, SENT
        elif moment.verb == "RCPT":
            self._doubt = SENT  # one that was accepted is enough
        elif moment.verb == "DOT" or (moment.verb == "BDAT" and command and command.last):
            # LMTP answers once for each recipient; one that was delivered is enough.
            self.accepted += 1
            self._open, self._lost = False, SENT
        elif moment.verb in _WITHDRAWS:
            self._lost = self._lost or (self._doubt if self._open else SENT)
            self._open = False

    def _refused(self, moment: Moment) -> None:
        status = stage(moment)
        nobody = not moment.before.rcpts_ok
        if self._open and nobody and status in (DATA, LETTER):
            status = RCPT
        self.refused = status
        self._turned_away |= status == GREETING
        if not self._open:
            return
        if status in (DATA, LETTER):
            self._open, self._lost = False, status
        elif status == RCPT and nobody:
            self._doubt = RCPT
