"""Words on how servers differ in what they answered to the same line."""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from smtpshell.catalogue import marked, tr
from smtpshell.explain.library import Library
from smtpshell.fact.moment import Moment

# What a client takes a reply for, by its first digit.
_SAYS = {
    2: (marked("{names} says yes"), marked("{names} say yes")),
    3: (marked("{names} waits for more"), marked("{names} wait for more")),
    4: (marked("{names} says not now"), marked("{names} say not now")),
    5: (marked("{names} says no"), marked("{names} say no")),
}
_ODD = (marked("{names} says something odd"), marked("{names} say something odd"))
_MEANS = {
    (2, 4): marked(
        "Where the line was accepted the session is one step on; 4yz asks to try it later."
    ),
    (2, 5): marked(
        "Where the line was accepted the session is one step on; 5yz means that it will not be"
        " accepted like this."
    ),
    (3, 5): marked(
        "After a 3yz the server waits for what follows; after a 5yz it waits for a command."
    ),
    (3, 4): marked(
        "After a 3yz the server waits for what follows; after a 4yz it waits for a command."
    ),
    (2, 3): marked(
        "After a 2yz the line is done; after a 3yz the server waits for what belongs to it."
    ),
    (4, 5): marked(
        "A mail program keeps the letter and tries again after 4yz; after 5yz it gives up and"
        " tells the sender."
    ),
}
_PHASES = {
    "connected": marked("before EHLO"),
    "greeted": marked("greeted, no envelope"),
    "mail": marked("an envelope with a sender"),
    "rcpt": marked("an envelope with recipients"),
    "data": marked("in a letter"),
    "ended": marked("over"),
}


class Heard(NamedTuple):
    """What one server answered: *codes* and *enhanced* of each reply, and its *offers* to EHLO.

    *state* is the phase of the session afterwards, *reason* a practice server's own, *moment* the
    reply with all its facts.
    """

    name: str
    codes: tuple[int | None, ...] = ()
    enhanced: tuple[str, ...] = ()
    offers: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  (never changed)
    state: str = ""
    closed: str = ""
    sent: bool = True
    remark: str = ""
    reason: str = ""
    moment: Moment | None = None

    @property
    def code(self) -> int | None:
        """The last code."""
        return self.codes[-1] if self.codes else None

    @property
    def digit(self) -> int:
        """Its first digit, 0 without one."""
        return (self.code or 0) // 100


class Words(NamedTuple):
    """A head and what it says; *of* is the class of difference, or "reason" or "note"."""

    of: str
    head: str
    body: str


def explain_difference(
    sides: Sequence[Heard], classes: Iterable[str], library: Library
) -> tuple[Words, ...]:
    """Words on each of the *classes* (as `transcript.compare` names them), then the reasons."""
    found: list[Words] = [_remark(one) for one in sides if one.remark]
    said = [one for one in sides if one.sent]
    for name in classes:
        if name in _WORDS:
            found += _WORDS[name](said, library)
    if any(name in classes for name in ("code", "enhanced", "closed")):
        found += _reasons(said, library)
    return tuple(found)


def _remark(one: Heard) -> Words:
    head = (
        tr("{name} was sent this by us", name=one.name)
        if one.sent
        else tr("{name} was not sent this", name=one.name)
    )
    return Words("sent", head, f"{one.remark[:1].upper()}{one.remark[1:]}.")


def _code(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    digits = sorted({one.digit for one in sides})
    for one in sides:
        if one.code is None:
            yield Words(
                "code", tr("{name} says nothing", name=one.name), tr("No reply came to this line.")
            )
    digits = [digit for digit in digits if digit]
    if len(digits) > 1:
        named = [_saying([one for one in sides if one.digit == digit]) for digit in digits]
        yield Words("code", ", ".join(named), tr(_MEANS.get((digits[0], digits[-1]), "")))
    codes = {one.code: one for one in sides if one.code is not None and one.digit > 3}
    if len(digits) == 1 and len(codes) > 1:
        yield Words(
            "code",
            tr("the same class, {digit}yz", digit=digits[0]),
            tr("A client does the same with each of these; the digits behind say why."),
        )
    for code, one in codes.items():
        if not one.reason:
            yield Words("code", str(code), library.reference.reply(code).short)


def _enhanced(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    having = [one for one in sides if any(one.enhanced)]
    lacking = [one for one in sides if not any(one.enhanced) and one.codes]
    if having and lacking:
        yield Words(
            "enhanced",
            tr("only {names} adds an enhanced status code", names=_names(having))
            if len(having) == 1
            else tr("only {names} add an enhanced status code", names=_names(having)),
            tr("It says more exactly why, for programs (RFC 2034, RFC 3463)."),
        )
    refused = [one for one in having if one.digit > 3 and not (lacking and one.reason)]
    for code in dict.fromkeys(code for one in refused for code in one.enhanced if code):
        yield Words("enhanced", code, library.reference.lookup(code)[0].short)


def _offers(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    every = set.intersection(*(set(one.offers) for one in sides))
    for one in sides:
        own = [word for word in one.offers if word not in every]
        if own:
            yield Words("offers", tr("{name} offers also", name=one.name), ", ".join(own))
    for word in sorted(every):
        values = {one.name: " ".join((word, *one.offers[word])) for one in sides}
        if len({frozenset(one.offers[word]) for one in sides}) > 1:
            yield Words("offers", word, "; ".join(f"{name}: {v}" for name, v in values.items()))


def _closed(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    gone = [one for one in sides if one.closed]
    stays = [one for one in sides if not one.closed]
    yield Words(
        "closed",
        tr("{names} hangs up", names=_names(gone))
        if len(gone) == 1
        else tr("{names} hang up", names=_names(gone)),
        tr("With {names} the session goes on.", names=_names(stays)),
    )


def _state(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    words = [f"{one.name}: {tr(_PHASES.get(one.state, one.state))}" for one in sides]
    yield Words("state", tr("from here on they stand apart"), "; ".join(words) + ".")


def _reasons(sides: Sequence[Heard], library: Library) -> Iterator[Words]:
    """Why, as a practice server knows it; of a real one, what our notes make of the reply."""
    refusing = [one for one in sides if one.digit > 3]
    for reason in dict.fromkeys(one.reason for one in refusing if one.reason):
        names = _names(one for one in refusing if one.reason == reason)
        yield Words("reason", tr("why {names}", names=names), reason)
    for one in refusing:
        if not one.reason and one.moment is not None:
            primary = library.notebook.select(one.moment).primary
            if primary is not None:
                yield Words(
                    "note", tr("why {name}, as it seems", name=one.name), f"{primary.headline}."
                )


_WORDS = {
    "code": _code, "enhanced": _enhanced, "offers": _offers, "closed": _closed, "state": _state,
}  # fmt: skip


def _saying(sides: Sequence[Heard]) -> str:
    one, several = _SAYS.get(sides[0].digit, _ODD)
    return tr(one if len(sides) == 1 else several, names=_names(sides))


def _names(sides: Iterable[Heard]) -> str:
    names = [one.name for one in sides]
    if len(names) == 1:
        return names[0]
    return tr("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])
