"""Several dialogues beside each other, line by line of the client, and where they differ.

Two servers never say the same words, so words are not what is looked at first. What a client can
notice are reply codes, enhanced status codes, what EHLO offers, whether the connection stays, and
the state that the session comes to.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from smtpshell.smtp.reply import Reply
from smtpshell.transcript.turn import UNTOLD, Turn

# The classes of difference, the weightiest first.
SENT, CLOSED, CODE, ENHANCED, OFFERS, STATE, WORDS = (
    "sent", "closed", "code", "enhanced", "offers", "state", "words",
)  # fmt: skip
CLASSES = {
    SENT: "the line went out to one and not to another",
    CLOSED: "one hangs up and another does not",
    CODE: "the reply codes differ",
    ENHANCED: "the enhanced status codes differ",
    OFFERS: "what EHLO offers differs",
    STATE: "the session stands elsewhere afterwards",
    WORDS: "only the words differ",
}
_HELLOS = frozenset({"EHLO", "LHLO"})

Offers = dict[str, tuple[str, ...]]


class Row(NamedTuple):
    """One line of the client, and its turn on each side; None where it was not even meant to be.

    *line* is b"" for what the server says first. *classes* say how the turns differ.
    """

    line: bytes
    turns: tuple[Turn | None, ...]
    classes: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Do the turns differ in more than words?"""
        return any(one != WORDS for one in self.classes)


def compare(sides: Sequence[Sequence[Turn]]) -> tuple[Row, ...]:
    """The turns of all *sides* beside each other."""
    rows: list[Row] = []
    apart = False  # do the sessions stand in different states since an earlier line?
    # A server that knows no enhanced codes differs in every line; it is enough to say so once.
    plain = {index for index, side in enumerate(sides) if not any(map(_has_enhanced, side))}
    told = False
    for line, turns in _aligned(sides):
        states = {turn.state for turn in turns if turn is not None}
        now_apart = len(states) > 1
        found = set(_classes(turns))
        if now_apart and not apart:
            found.add(STATE)
        apart = now_apart
        if ENHANCED in found and plain:
            known = [turn for index, turn in enumerate(turns) if index not in plain]
            if told and not _enhanced_differ(known):
                found -= {ENHANCED}
            told = True
        rows.append(Row(line, turns, tuple(one for one in CLASSES if one in found)))
    return tuple(rows)


def offers_of(turn: Turn) -> Offers:
    """What the reply to EHLO offers, by keyword; nothing for another reply."""
    if not _offers_something(turn):
        return {}
    lines = turn.replies[-1].as_ehlo().lines[1:]
    return dict(found for line in lines if (found := line.keyword()))


def _offers_something(turn: Turn) -> bool:
    """Is this the good reply to EHLO? It may offer nothing at all."""
    return turn.verb in _HELLOS and turn.code is not None and turn.code // 100 == 2


def _aligned(sides: Sequence[Sequence[Turn]]) -> Iterator[tuple[bytes, tuple[Turn | None, ...]]]:
    """Each line of any side once, in order, with the turns that it is in."""
    rows: list[tuple[bytes, tuple[Turn | None, ...]]] = []
    for count, side in enumerate(sides):
        lines = [turn.line for turn in side]
        known = [line for line, _ in rows]
        matcher = SequenceMatcher(None, known, lines, autojunk=False)
        merged: list[tuple[bytes, tuple[Turn | None, ...]]] = []
        for tag, a, a_end, b, b_end in matcher.get_opcodes():
            if tag == "equal":
                pairs = zip(rows[a:a_end], side[b:b_end], strict=True)
                merged += [(line, (*turns, turn)) for (line, turns), turn in pairs]
                continue
            merged += [(line, (*turns, None)) for line, turns in rows[a:a_end]]
            merged += [(turn.line, (*(None,) * count, turn)) for turn in side[b:b_end]]
        rows = merged
    yield from rows


def _has_enhanced(turn: Turn) -> bool:
    return any(turn.enhanced)


def _enhanced_differ(turns: Iterable[Turn | None]) -> bool:
    return _differ(turn.enhanced for turn in turns if turn is not None and turn.sent)


def _classes(turns: Sequence[Turn | None]) -> Iterator[str]:
    said = [turn for turn in turns if turn is not None and turn.sent]
    if len(said) < len(turns) and any(turn is None or turn.sent for turn in turns):
        yield SENT
    if not said:
        return
    if _differ(turn.closed for turn in said if turn.closed != UNTOLD):
        yield CLOSED
    if _differ(turn.codes for turn in said):
        yield CODE
    if _enhanced_differ(said):
        yield ENHANCED
    if all(map(_offers_something, said)) and _differ(_sorted(offers_of(turn)) for turn in said):
        yield OFFERS
    if _differ(tuple(map(_words, turn.replies)) for turn in said):
        yield WORDS


def _words(reply: Reply) -> tuple[str, ...]:
    return tuple(line.text for line in reply.lines)


def _sorted(offers: Offers) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted(offers.items()))


def _differ(values: Iterable[object]) -> bool:
    every = list(values)
    return any(other != every[0] for other in every[1:])
