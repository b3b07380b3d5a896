"""What became of the mail in a scripted run, as an exit status.

The numbers are those of swaks where it has one for the same thing, so that scripts can change
tools; 40 and more are ours. The status speaks of letters first, of single commands second:

* a mail transaction that began (MAIL accepted) must end with an accepted letter, unless the script
  withdrew it (RSET, a new EHLO) before anything of it was refused;
* a refused command counts until the same command is accepted, or a letter is. So a mistake that was
  mended is none, a script without a letter may have none, and a QUIT that is refused after the
  letter shows;
* a connection that ends before the script does counts, unless a refusal explains more. One that
  ends between the dot and its reply leaves the letter in doubt: to send it again may be to send it
  twice (RFC 5321 4.5.3.2.6);
* a reply that is none by the grammar counts whatever was made of it, even if the letter arrived in
  the end: another client may have read it otherwise. What was lost or refused says more.
"""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.catalogue import marked
from smtpshell.fact.moment import SECRET_VERBS, Moment

SENT = 0
USAGE = 1
NOT_CONNECTED = 2
CUT_OFF = 6
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
OTHER = 40
UNFINISHED = 41
TIMED_OUT = 42
IN_DOUBT = 43
OUT_OF_STEP = 44
MALFORMED = 45
INTERRUPTED = 130  # these two as a shell says them of SIGINT and SIGPIPE
NOBODY_READS = 141

STATUSES = {
    SENT: marked("all went well"),
    USAGE: marked("wrong use: an option, or a line of the script that may not go out"),
    NOT_CONNECTED: marked("no connection to the server"),
    CUT_OFF: marked("the connection ended before the script did"),
    GREETING: marked("the server turned us away with its greeting"),
    HELLO: marked("EHLO, HELO or LHLO was refused"),
    MAIL: marked("MAIL was refused"),
    RCPT: marked("no recipient was accepted"),
    DATA: marked("DATA was refused"),
    LETTER: marked("the letter was refused at its end"),
    QUIT: marked("QUIT was refused"),
    AUTH: marked("the login failed, or would have gone out in clear"),
    TLS: marked("TLS failed, its certificate was not verified, or it was required and missing"),
    HELLO_UNDER_TLS: marked("the EHLO after STARTTLS was refused"),
    OTHER: marked("another command was refused"),
    UNFINISHED: marked("the input ended before the letter was sent"),
    TIMED_OUT: marked("a reply did not come in time"),
    IN_DOUBT: marked("the letter went out, but its reply never came: it may have been accepted"),
    OUT_OF_STEP: marked(
        "the server said more than it was asked: a reply may belong to another line"
    ),
    MALFORMED: marked("the server said something that is no reply; what it meant was guessed"),
    INTERRUPTED: "Ctrl-C",
    NOBODY_READS: marked("the output was closed, or could not be written"),
}

_STAGES = {
    "EHLO": HELLO, "HELO": HELLO, "LHLO": HELLO, "MAIL": MAIL, "RCPT": RCPT, "DATA": DATA,
    "DOT": LETTER, "BDAT": LETTER, "BURL": LETTER, "QUIT": QUIT, "STARTTLS": TLS,
    "AUTH": AUTH, "AUTHLINE": AUTH, "X-EXPS": AUTH,
}  # fmt: skip
# With one of these, what came is no reply as RFC 5321 4.2 writes them.
_NO_REPLY = frozenset(
    {
        "reply-no-code",
        "reply-bad-code",
        "reply-no-separator",
        "reply-codes-differ",
        "reply-early-end",
        "reply-truncated",
        "reply-too-long",
        "reply-bare-lf",
        "reply-bare-cr",
    }
)
_WITHDRAWS = frozenset({"RSET", "EHLO", "HELO", "LHLO"})


def stage(moment: Moment) -> int:
    """The status for a refused command: *moment* is that of the reply."""
    if moment.on == "greeting":
        return GREETING
    if moment.command is None:  # a 421 that nobody asked for
        return CUT_OFF
    status = _STAGES.get(moment.verb, OTHER)
    return HELLO_UNDER_TLS if status == HELLO and moment.before.tls else status


def is_refusal(moment: Moment) -> bool:
    """Does a reply refuse? So do those that cannot be read, and digits that mean nothing here."""
    if moment.on not in ("greeting", "reply") or moment.reply is None:
        return False
    digit = moment.reply.digit
    if moment.verb in SECRET_VERBS:
        return digit not in (2, 3)  # 334 asks for more
    return digit != (3 if moment.verb == "DATA" else 2)


def is_malformed(moment: Moment) -> bool:
    """Did the server say something that is no reply by the grammar?"""
    return moment.on in ("greeting", "reply") and not _NO_REPLY.isdisjoint(moment.issues)


class Outcome:
    """Keeps the score of a run. Tell it every moment; `status` at the end."""

    __slots__ = ("_doubt", "_earlier", "_lost", "_malformed", "_open", "_refusals", "_unanswered")

    def __init__(self) -> None:
        self._open = False  # a transaction that has not come to its end
        self._doubt = SENT  # what stands against it so far
        self._lost = SENT  # why the letter was lost
        self._earlier = SENT  # why an earlier one was
        self._malformed = False  # one of the replies, at least
        self._unanswered = False  # the end of the letter was said, and not replied to yet
        self._refusals: dict[tuple[int, str], None] = {}  # not made good yet, the first one first

    def hear(self, moments: Iterable[Moment]) -> None:
        """Take the moments of an event."""
        for moment in moments:
            if moment.on == "command":
                self._unanswered |= _ends_letter(moment)
            elif moment.on in ("greeting", "reply") and moment.reply is not None:
                if _ends_letter(moment):
                    self._unanswered = False
                self._malformed |= is_malformed(moment)
                if is_refusal(moment):
                    self._refused(moment)
                elif moment.verb not in SECRET_VERBS or moment.reply.digit == 2:
                    self._accepted(moment)

    def status(self, *, ended: int = SENT) -> int:
        """The exit status; *ended* says how the connection ended before the script, if it did."""
        if lost := self._earlier or self._lost or (self._doubt if self._open else SENT):
            return lost
        if ended and self._unanswered:
            return IN_DOUBT
        if self._refusals:
            return next(iter(self._refusals))[0]
        if ended or self._malformed:
            return ended or MALFORMED
        return UNFINISHED if self._open else SENT

    def _accepted(self, moment: Moment) -> None:
        self._refusals.pop(_key(moment), None)
        if moment.verb == "MAIL":
            self._earlier = self._earlier or self._lost
            self._open, self._doubt, self._lost = True, SENT, SENT
        elif moment.verb == "RCPT":
            self._doubt = SENT  # one that was accepted is enough
        elif _ends_letter(moment):
            # LMTP answers once for each recipient; one that was delivered is enough.
            self._open, self._lost = False, SENT
            self._refusals.clear()
        elif moment.verb in _WITHDRAWS:
            self._lost = self._lost or (self._doubt if self._open else SENT)
            self._open = False

    def _refused(self, moment: Moment) -> None:
        status = stage(moment)
        nobody = not moment.before.rcpts_ok
        if self._open and nobody and status in (DATA, LETTER):
            status = RCPT
        if self._open and status in (DATA, LETTER):
            self._open, self._lost = False, status
        elif self._open and status == RCPT and nobody:
            self._doubt = RCPT
        if status == CUT_OFF or (status == RCPT and not nobody):
            return  # the end will tell; others get the letter
        if not (_ends_letter(moment) and moment.before.lmtp) or self._lost:
            self._refusals[_key(moment)] = None


def _ends_letter(moment: Moment) -> bool:
    return moment.verb == "DOT" or (moment.command is not None and moment.command.last)


def _key(moment: Moment) -> tuple[int, str]:
    """What a refusal is remembered by: its stage, and of another command its verb."""
    status = stage(moment)
    return (status, moment.verb if status == OTHER else "")
