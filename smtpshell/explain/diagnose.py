"""Why a command was refused, when the reason lies further back.

A server often refuses one line because of another: the name in EHLO shows at RCPT, a failed login
at MAIL, a refused sender at DATA. The reply then names the symptom. Each row of `case.CASES` knows
one such pair; the first that fits gives the cause, and the notes on that cause (`cause = "..."`)
win over those on the symptom.
"""

# No `from __future__ import annotations` here: NamedTuple compiles every annotation that is a
# string, which would more than double the import time of this module.
from itertools import islice
from typing import NamedTuple

from smtpshell.explain.past import Past, refused
from smtpshell.fact.moment import Moment

_SHOWS = frozenset({"reply", "timer", "close"})  # events that may be a symptom


class Diagnosis(NamedTuple):
    """*cause* is a name of `fact.vocabulary.CAUSES`, *earlier* the moment where it went wrong."""

    cause: str
    earlier: Moment


def diagnose(moment: Moment, past: Past) -> Diagnosis | None:
    """The earlier cause of what *moment* shows; None if nothing is wrong, or nothing earlier is."""
    if moment.on not in _SHOWS or (moment.on == "reply" and not refused(moment)):
        return None
    if moment.on == "close" and not any(map(refused, islice(past.replies(), 1))):
        return None
    from smtpshell.explain.case import CASES  # most sessions begin and end well

    ends = moment.on == "reply" and moment.code == 421
    for case in CASES:
        if ends and not case.closes:
            continue
        if case.on == moment.on and (not case.verbs or moment.verb in case.verbs):
            earlier = case.find(moment, past)
            if earlier is not None:
                return Diagnosis(case.cause, earlier)
    return None


def judge(moment: Moment, past: Past) -> Diagnosis | None:
    """Diagnose *moment*, give it its fact `cause`, and add it to the *past*.

    Whoever chooses notes calls it first, for every moment of a session.
    """
    if moment.on == "connect":
        past.clear()
    found = diagnose(moment, past)
    if found is not None:
        moment.cause, moment.earlier = found
    past.add(moment)
    return found
