"""One event and all that is known about it, for conditions to ask.

A moment is made for every event of every session, and most of its facts are never asked for. So it
keeps what it was given, and works a fact out when a condition wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from smtpshell.fact.snapshot import START, Snapshot
from smtpshell.fact.vocabulary import NAMED_VERBS, OTHER
from smtpshell.smtp.later import later

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from smtpshell.fact.letter import Letter
    from smtpshell.smtp.change import Change
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.reply import Reply

    class Known(Protocol):
        """What is known of the two hosts; it may be found out when it is asked for."""

        def get(self, name: str, /) -> Any: ...


_NAMED = frozenset(NAMED_VERBS)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_ADDRESS = later(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")

# Behind these verbs stands, or may stand, a password.
SECRET_VERBS = frozenset({"AUTH", "AUTHLINE", "X-EXPS"})


class Moment:
    """One event. *before* is how the session stood, *offered* what the latest EHLO reply offered.

    *command* is the line said, or the one that *reply* answers. *peer* holds what is known of the
    two hosts and the sender (names as in the vocabulary, without "peer."). *more* holds the facts
    that only some events have: by, timer, failure, mailbox, same_message, score. *cause* is for
    whoever diagnoses.
    """

    __slots__ = (
        "before",
        "cause",
        "change",
        "code",
        "command",
        "earlier",
        "enhanced",
        "issues",
        "lesson",
        "letter",
        "more",
        "offered",
        "on",
        "peer",
        "reply",
        "step",
        "text",
        "verb",
    )

    def __init__(
        self,
        on: str,
        *,
        command: Command | None = None,
        reply: Reply | None = None,
        verb: str | None = None,
        issues: Iterable[str] = (),
        before: Snapshot = START,
        offered: Mapping[str, tuple[str, ...]] = _NOTHING,
        change: Change | None = None,
        peer: Known = _NOTHING,
        letter: Letter | None = None,
        more: Mapping[str, Any] = _NOTHING,
        lesson: str = "",
        step: str = "",
        cause: str = "",
    ) -> None:
        self.on = on
        self.command = command
        self.reply = reply
        self.verb = verb if verb is not None else (command.verb if command else "")
        self.code = reply.code if reply else None
        self.text = reply.text if reply else None
        self.enhanced: tuple[str, ...] | None = None  # of all lines, once somebody asked
        self.issues = frozenset(issues)
        self.before = before
        self.offered = offered
        self.change = change
        self.peer = peer
        self.letter = letter
        self.more = more
        self.lesson = lesson
        self.step = step
        self.cause = cause
        self.earlier: Moment | None = None  # where the cause lies

    @property
    def verbs(self) -> tuple[str, ...]:
        """The names under which a condition may know the verb; a stranger is OTHER as well."""
        if self.verb in _NAMED:
            return (self.verb,)
        return (self.verb, OTHER) if self.verb else ()

    def fact(self, name: str) -> Any:
        """The value of a fact of the vocabulary; None where it is not known or has no meaning."""
        return getter(name)(self)

    def __repr__(self) -> str:
        shown = [self.on, self.verb, "" if self.code is None else str(self.code)]
        return f"<Moment {' '.join(part for part in shown if part)}>"


Getter = Callable[[Moment], Any]


def getter(name: str) -> Getter:
    """How to ask a moment for the fact *name*, which must be one of the vocabulary."""
    if found := _GETTERS.get(name):
        return found
    family, _, member = name.partition(".")
    if family == "state":
        return lambda moment: getattr(moment.before, member)
    if family == "peer":
        return _peer_getter(member)
    if family in ("sender", "rcpt"):
        return lambda moment: moment.peer.get(name)
    if family == "header":
        return lambda moment: moment.letter and moment.letter.values(member.replace("_", "-"))
    if family == "score":
        return lambda moment: _points(moment, member)
    if family == "arg":
        keyword = member.removeprefix("param.").upper()
        return lambda moment: _parameter(moment, keyword)
    return lambda moment: moment.more.get(name)


def _peer_getter(member: str) -> Getter:
    if member in ("ip", "ptr", "listed"):
        # "" or () is a host that is known to have no name, None one that nobody asked about.
        return lambda moment: _values(moment.peer.get(member))
    return lambda moment: moment.peer.get(member)


def _values(said: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
    if isinstance(said, str):
        return (said,) if said else ()
    return said


def _points(moment: Moment, tally: str) -> float | None:
    scores = moment.more.get("score")  # only a practice server keeps them
    return scores.get(tally, 0) if scores is not None else None


def _parameter(moment: Moment, keyword: str) -> tuple[str, ...] | None:
    if moment.command is None:
        return None
    return tuple(
        found.value or "" for found in moment.command.parameters if found.keyword == keyword
    )


def _of_command(read: Callable[[Command], str | None]) -> Getter:
    """A part of the command: (part,), () when the command has none, None without a command."""

    def get(moment: Moment) -> tuple[str, ...] | None:
        if moment.command is None:
            return None
        part = read(moment.command)
        return () if part is None else (part,)

    return get


def _first_address(command: Command) -> str | None:
    if command.verb in SECRET_VERBS:
        return None
    found = _ADDRESS.search(command.argument)
    return found[0] if found else None


def _argument(command: Command) -> str | None:
    return None if command.verb in SECRET_VERBS else command.argument or None


def _enhanced(moment: Moment) -> tuple[str, ...] | None:
    if moment.reply is None or moment.reply.enhanced is None:
        return None
    if moment.enhanced is None:
        moment.enhanced = tuple(
            {str(line.enhanced) for line in moment.reply.lines if line.enhanced}
        )
    return moment.enhanced


_GETTERS: dict[str, Getter] = {
    "on": lambda moment: moment.on,
    "verb": lambda moment: moment.verbs,
    "code": lambda moment: moment.code,
    "enhanced": _enhanced,
    "text": lambda moment: moment.text,
    "line": lambda moment: moment.command and moment.command.text,
    "issue": lambda moment: moment.issues,
    "cause": lambda moment: moment.cause,
    "arg.path": _of_command(lambda said: said.path and str(said.path)),
    "arg.mailbox": _of_command(lambda said: said.path and said.path.mailbox),
    "arg.local_part": _of_command(lambda said: said.path and said.path.local_part),
    "arg.domain": _of_command(lambda said: said.path and said.path.domain),
    "arg.host": _of_command(lambda said: said.host),
    "arg.mechanism": _of_command(lambda said: said.mechanism),
    "arg.initial_response": lambda moment: (
        moment.command and moment.command.initial_response is not None
    ),
    "arg.size": lambda moment: moment.command and moment.command.chunk_size,
    "arg.last": lambda moment: moment.command and moment.command.last,
    "arg.first": _of_command(_first_address),
    "arg.text": _of_command(_argument),
    "ext": lambda moment: moment.offered,
    "ext_missing": lambda moment: moment.offered,
    "header_absent": lambda moment: moment.letter and moment.letter.names,
    "headers_not": lambda moment: moment.letter and moment.letter.header,
    "body": lambda moment: moment.letter and moment.letter.body,
    "blank_line": lambda moment: moment.letter and moment.letter.blank_line,
    "body_lines": lambda moment: moment.letter and moment.letter.body_lines,
    "octets": lambda moment: moment.letter and moment.letter.octets,
    "eight_bit": lambda moment: moment.letter and moment.letter.eight_bit,
    "lesson": lambda moment: moment.lesson,
    "step": lambda moment: moment.step,
}
