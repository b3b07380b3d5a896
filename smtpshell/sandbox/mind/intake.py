"""Taking a letter in: mail data and chunks as they come, the verdict at their end, delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.sandbox.check.mark import open_letter, written_on
from smtpshell.sandbox.mind.asked import answer_at_dot, asked_answer, too_full
from smtpshell.sandbox.mind.letter import PATIENCE, judge_letter, normalized, offences_in_chunks
from smtpshell.sandbox.mind.moving import build_move, make_move, reply
from smtpshell.sandbox.mind.record import CHUNK, LETTER
from smtpshell.sandbox.mind.ruling import Ruling, rule_on
from smtpshell.sandbox.mind.standing import NO_VALUES, Move, Verdict
from smtpshell.sandbox.world.complete import completed
from smtpshell.sandbox.world.message import StoredMessage, origin_of
from smtpshell.smtp.command import DOT, Command
from smtpshell.smtp.data import ChunkReader, MailDataReader, whole_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.sandbox.mind.standing import Seat
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.sandbox.world.world import Route

_DOT = Command(".", DOT)

# What the constructor of a NamedTuple ends with. To begin there takes half the time, and there are
# two of them for each letter on the short way.
_new = tuple.__new__
_MOVE_ENDS = tuple(Move._field_defaults.values())


class Chunks:
    """What has come by BDAT, and the chunk that is coming: its command and the verdict on it."""

    __slots__ = ("command", "move", "octets", "stored", "verdict")

    def __init__(self) -> None:
        self.command = _DOT
        self.verdict = Verdict("bdat-ok")
        self.move: Move | None = None  # the answer, if it was settled before the octets came
        self.stored: list[bytes] = []
        self.octets = 0

    def copy(self) -> Chunks:
        twin = Chunks()
        twin.command, twin.verdict, twin.octets = self.command, self.verdict, self.octets
        twin.move = self.move
        twin.stored = self.stored.copy()
        return twin


def begin_chunk(desk: Desk, command: Command, verdict: Verdict, move: Move | None) -> None:
    """BDAT was said. Right or wrong, the octets it announced are no commands.

    *move* is the answer if it is settled already.
    """
    chunks = desk.chunks
    if chunks is None:
        chunks = desk.chunks = Chunks()
    chunks.command = command
    chunks.verdict = verdict
    chunks.move = move
    size = command.chunk_size or 0
    fits = chunks.octets + size <= desk.part.personality.limits.size
    desk.reader = ChunkReader(size, keep=fits and verdict.situation == "bdat-ok")


def hopeless(desk: Desk) -> bool:
    """Has the letter, or what BDAT announces, gone so far beyond the limit that it is no use?"""
    limit = desk.part.personality.limits.size + PATIENCE
    reader = desk.reader
    if isinstance(reader, ChunkReader):
        earlier = desk.chunks.octets if desk.chunks is not None else 0
        return earlier + reader.size > limit
    return reader is not None and reader.octets > limit


def take_letter(desk: Desk, block: bytes, now: float) -> bytes:
    """The reply to a letter if *block* is all of it and nothing is wrong with it; else b"".

    What comes of it is what `conclude` would have come to, by a shorter way. What is not taken is
    still to be fed to the reader.
    """
    reader, part = desk.reader, desk.part
    if part.queued is None or type(reader) is not MailDataReader or not reader.fresh:
        return b""
    data = whole_letter(block, part.limits.size)
    if data is None or not part.world.has_room(len(data)):
        return b""
    wire = _deliver(desk, data, now).encode().join(part.queued)
    part.spare, desk.reader = reader, None
    desk.seat = _seat_after_letter(desk)
    desk.history.append(_new(Move, (_DOT, part.taken, wire, desk.seat, *_MOVE_ENDS)))
    desk.record.add(now, LETTER, data, wire)
    desk.letter_taken()
    return wire


def conclude(desk: Desk, now: float) -> Move:
    """The letter or the chunk is there, to its last octet: the move that answers it."""
    reader = desk.reader
    desk.reader = None
    if isinstance(reader, ChunkReader):
        return _conclude_chunk(desk, reader, now)
    assert reader is not None  # there is one as long as a letter is coming
    data = reader.stored
    desk.record.add(now, LETTER, data)
    fault = judge_letter(desk.part, reader.octets, reader.offences)
    return _conclude_letter(desk, _DOT, fault, data, now)


def _conclude_chunk(desk: Desk, reader: ChunkReader, now: float) -> Move:
    chunks = desk.chunks
    assert chunks is not None  # begin_chunk saw to that
    command, verdict = chunks.command, chunks.verdict
    if chunks.move is not None:
        return chunks.move
    if verdict.situation != "bdat-ok":
        return make_move(desk, command, verdict)[0]
    data = reader.stored
    desk.record.add(now, CHUNK, data)
    chunks.octets += reader.size
    chunks.stored.append(data)
    if chunks.octets > desk.part.personality.limits.size:
        return _conclude_letter(desk, command, Verdict("data-too-big"), b"", now)
    if not command.last:
        values = {"octets": str(reader.size)}
        return make_move(desk, command, verdict._replace(values=values))[0]
    data = b"".join(chunks.stored)
    offences = None if desk.standing.binary else offences_in_chunks(data)
    fault = judge_letter(desk.part, chunks.octets, offences)
    return _conclude_letter(desk, command, fault, data, now)


def _conclude_letter(
    desk: Desk, command: Command, fault: Verdict | None, data: bytes, now: float
) -> Move:
    """The move that answers the end of a letter."""
    part = desk.part
    full = too_full(desk, len(data)) if fault is None else []
    if full and len(full) == len(desk.recipients) and not part.lmtp:
        fault = Verdict("data-quota", {"rcpt": full[0].address})
    if fault is None:
        fault = Verdict("data-ok-lmtp" if part.lmtp else "data-ok")
    # A rule may take a letter all the same, if it is there to be taken.
    there = fault.situation not in ("data-too-big", "data-no-room", "data-quota")
    taken = _letter_taken if there else _letter_refused
    verdict = fault._replace(accepted=taken, refused=_letter_refused)
    if there:
        open_letter(desk, command, data, now)
    ruling = rule_on(desk, verdict.situation, command)
    if there and (asked := answer_at_dot(desk)) is not None and not part.lmtp:
        ruling = Ruling(asked[0])
        verdict = verdict._replace(values={**verdict.values, "rcpt": asked[1].address})
    if there and ruling.answer.accepts:
        if part.personality.strict.bare_newline == "normalize" and not desk.standing.binary:
            data = normalized(data)
        data, fields = written_on(desk, data) if part.inspects else (data, ())
        name = _deliver(desk, data, now, ruling.fate, fields, full)
        verdict = verdict._replace(values={**verdict.values, "id": name})
    desk.dossier.close()
    move = build_move(desk, command, verdict, ruling)
    if part.world.unkept:
        move = move._replace(heavy=True)
    # LMTP answers once for each recipient (RFC 2033 4.2), unless nothing was even looked at.
    answer = move.answer
    if part.lmtp and answer.raw is None and not 500 <= answer.code <= 504 and not answer.ends:
        values = {**verdict.values, **ruling.values}
        replies = [
            reply(desk, _for_one(desk, rcpt, full, answer), {**values, "rcpt": rcpt.address})
            for rcpt in desk.recipients
        ]
        move = move._replace(wire=b"".join(replies))
    return move


def _for_one(desk: Desk, rcpt: Move, full: list[Move], answer: Answer) -> Answer:
    """What this recipient is told by LMTP, if the letter was taken for others (RFC 2033 4.2)."""
    if not answer.accepts:
        return answer
    if rcpt in full:
        return desk.part.answers["data-quota"]
    return asked_answer(desk.part.world, rcpt.route, "dot") or answer


def _seat_after_letter(desk: Desk) -> Seat:
    """Where an accepted letter leads; worked out once for each seat."""
    seat = desk.seat
    found = seat.after_letter
    if found is None:
        then = desk.standing.after(_DOT, desk.part.taken.code, NO_VALUES)
        found = seat.after_letter = desk.part.seat(then)
    return found


def _letter_taken(desk: Desk, move: Move) -> None:
    desk.letter_taken()


def _letter_refused(desk: Desk, move: Move) -> None:
    if move.command.verb == DOT or move.command.last:
        desk.drop_envelope()


def _deliver(
    desk: Desk,
    data: bytes,
    now: float,
    fate: str = "",
    fields: tuple[str, ...] = (),
    full: Sequence[Move] = (),
) -> str:
    """Put the letter into the mailboxes of its recipients; the name it is kept under.

    *fate* is what a rule wants to become of it; those who are *full* do not get it.
    """
    part, mail, recipients = desk.part, desk.mail, desk.recipients
    assert mail is not None  # no RCPT is accepted without a MAIL
    world = part.world
    at = world.now(now)
    standing, origin = desk.seat.standing, desk.origin
    if origin is None or origin.user != standing.user or origin.utf8 != standing.utf8:
        origin = desk.origin = origin_of(desk)
    name = world.new_id()
    if part.door.completes:
        data = completed(data, name, origin.host, at)
    if len(recipients) == 1:  # as usual: comprehensions for one take 300 ns
        one = recipients[0]
        rcpts: tuple[Command, ...] = (one.command,)
        routes = [one.route] if one.route is not None else []
    else:
        rcpts = tuple([move.command for move in recipients])
        routes = [move.route for move in recipients if move.route is not None]
    values = (name, at, mail.command, rcpts, data, origin, mail.address, fields, ())
    message = _new(StoredMessage, values)
    if full:
        routes = _without(desk, full)
    if fate:
        routes = [world.fated(route, fate) for route in routes]
    world.deliver(message, routes)
    return name


def _without(desk: Desk, full: Sequence[Move]) -> list[Route]:
    """The routes of all recipients, with those who are *full* to be told of their failure.

    By LMTP they were told already.
    """
    world = desk.part.world
    fate = "discard" if desk.part.lmtp else "bounce"
    return [
        world.fated(move.route, fate) if move in full else move.route
        for move in desk.recipients
        if move.route is not None
    ]
