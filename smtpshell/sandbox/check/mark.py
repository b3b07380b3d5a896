"""Looking into a letter at its end: the score sheet, and what is written on it.

Results of checks and scores go into header fields in front of the letter. Whoever sent it may have
written some of these fields too, in our name, and those are taken away first (RFC 8601 5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.ruling import moment_of
from smtpshell.sandbox.nature.sheet import Sheet, score
from smtpshell.smtp.later import later

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk
    from smtpshell.smtp.command import Command

_FOLD = 76  # characters of a line (RFC 5322 2.1.1), less what stands before its first word
_MARK = later(  # a field of ours, folded or not
    rb"^x-spam-[!-9;-~]*[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?", re.IGNORECASE | re.MULTILINE
)


def open_letter(desk: Desk, command: Command, data: bytes, now: float) -> None:
    """A letter is whole and well-formed: rules may ask about it, and it gets its score."""
    dossier = desk.dossier
    dossier.open(data, desk.part.world.now(now))
    sheet = desk.part.personality.sheet
    if sheet:
        found = dossier.sheet = score(sheet, moment_of(desk, command, desk.part.taken.code))
        world = desk.part.world
        world.happenings.add(dossier.at, "scored", None, words=found.words, session=desk.number)


def written_on(desk: Desk, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The letter without what somebody else wrote in our name, and the fields that we write."""
    fields: list[str] = []
    checks = desk.part.personality.checks
    if checks.results:
        from smtpshell.lookup.results import remove_claimed

        data = remove_claimed(data, desk.part.host)
        if not desk.standing.user:  # who has logged in is known; the checks are for strangers
            fields += _results(desk)
    sheet = desk.dossier.sheet
    if sheet is not None and checks.tag:
        data = _without_marks(data)
        fields += _marks(sheet, checks.tag)
    return data, tuple(fields)


def _results(desk: Desk) -> list[str]:
    """The lines of Authentication-Results (RFC 8601 2.2)."""
    from smtpshell.lookup.results import FIELD, authentication_results, results_of
    from smtpshell.sandbox.check.peer import PeerFacts

    verdicts = PeerFacts(desk).verdicts
    wanted = desk.part.personality.checks.results
    found = results_of(verdicts) if verdicts is not None else ()
    shown = [result for result in found if result.method in wanted]
    return f"{FIELD}: {authentication_results(desk.part.host, shown)}".split("\r\n")


def _marks(sheet: Sheet, tag: float) -> list[str]:
    """The score, for the recipient's own filters."""
    words = [f"{entry.name}={entry.points:g}" for entry in sheet.entries] or ["none"]
    lines = [f"X-Spam-Score: {sheet.points:g} (marked from {tag:g})", "X-Spam-Rules:"]
    for number, word in enumerate(words, 1):
        word += "," if number < len(words) else ""
        if len(lines[-1]) + len(word) > _FOLD:
            lines.append("\t" + word)
        else:
            lines[-1] += f" {word}"
    if sheet.points >= tag:
        lines.append("X-Spam-Flag: YES")
    return lines


def _without_marks(data: bytes) -> bytes:
    """*data* without header fields that only we write."""
    from smtpshell.lookup.results import end_of_header

    end = end_of_header(data)
    header, rest = data[:end], data[end:]
    return _MARK.sub(b"", header) + rest
