"""Filling parts of the learner's own line into the words of a note.

The words come from files of strangers, so this is no format language: the few names that exist are
replaced, everything else stays as it is, and nothing of a login is ever put in.
"""

from __future__ import annotations

from smtpshell.explain.note import Note
from smtpshell.fact.moment import SECRET_VERBS, Moment
from smtpshell.smtp.later import later
from smtpshell.smtp.printable import printable

# {arg.domain}, {arg.param.SIZE}; {cause.line} is the earlier line that a diagnosis blames.
PLACE = later(r"\{(arg\.[a-z_]+(?:\.[A-Za-z0-9-]+)?|cause\.line)\}")


def fill(text: str, moment: Moment) -> str:
    """*text* with each place filled from *moment*; a place that has no filling keeps its name."""
    return PLACE.sub(lambda place: _filling(place[1], moment) or place[0], text)


def fill_note(note: Note, moment: Moment) -> Note:
    """*note* with all its words filled from *moment*."""
    return note._replace(
        headline=fill(note.headline, moment),
        short=fill(note.short, moment),
        long=tuple(fill(paragraph, moment) for paragraph in note.long),
        tries=tuple(fill(line, moment) for line in note.tries),
    )


def _filling(name: str, moment: Moment) -> str:
    if name == "cause.line":
        return _earlier_line(moment.earlier) if moment.earlier else ""
    value = moment.fact(name)
    if isinstance(value, tuple):
        value = value[0] if value else ""
    return "" if value is None or isinstance(value, bool) else printable(str(value))


def _earlier_line(earlier: Moment) -> str:
    said = earlier.command
    if said is None:
        return f"({earlier.on})"
    return said.verb if said.verb in SECRET_VERBS else printable(said.text) or "(nothing)"
