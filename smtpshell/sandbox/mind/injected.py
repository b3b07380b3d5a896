"""Faults that somebody orders by hand: rules made on the spot, each good for one reply.

    451 [TEXT] [at RCPT]     this reply instead
    drop, close [at DOT]     the connection is cut, or closed after the reply
    silence [at MAIL]        no reply at all
    delay 5, drip 1 [at ...] seconds until the reply, or between its octets
    raw "25 hi" [at ...]     these bytes, and a line end unless there is one in them

Without `at` it is the next reply, whatever it answers. A refusal then comes before the command is
judged, or in place of the verdict on a letter; everything else happens to the reply as it goes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import marked, tr
from smtpshell.datafile import Where, nearest
from smtpshell.errors import DataFileError, UsageError
from smtpshell.sandbox.nature.rule import Rule, read_rule
from smtpshell.sandbox.nature.situation import COMMAND, LEAVE, OCCASIONS, REFUSAL, REPLY, TIMER
from smtpshell.smtp.later import later
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.desk import Desk

BY_HAND = "typed by hand"  # where such a rule is written
LONGEST_WAIT = 600.0  # seconds; longer than clients wait (RFC 5321 4.5.3.2)

# What can be ordered, as it is completed and hinted at.
KINDS = (
    ("451", marked("this code instead of the reply; words of your own may follow")),
    ("421", marked("the same, and the server hangs up")),
    ("drop", marked("the connection is cut, without a word")),
    ("close", marked("the server hangs up after its reply")),
    ("silence", marked("no reply comes")),
    ("delay", marked("so many seconds pass before the reply")),
    ("drip", marked("so many seconds pass before each octet of the reply")),
    ("raw", marked("exactly these bytes instead of the reply")),
)
_HINT = ':fault 451 at RCPT, :fault drop at DOT, :fault delay 5, :fault raw "25 hi"'
_AT = later(r"(?:^|\s)at\s+(\S+)$")
_CODE = later(r"([2-5][0-9]{2})(?:\s+(.*))?", re.ASCII)
_SECONDS = later(r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?s?", re.ASCII)
_AT_FIRST = frozenset({"CONNECT", "greeting", "greeting-lmtp", "crowded", "crowded-you"})
_NOT_HERE = frozenset({REFUSAL, TIMER, LEAVE})


def read_fault(words: str, number: int) -> tuple[Rule, ...]:
    """The rules that *words* order, the *number*-th ones; UsageError says what would be right.

    They share a name, and with it their one chance.
    """
    words = words.strip()
    found = _AT.search(words)
    at = _occasion(found[1]) if found else ""
    table = _table(words[: found.start()].strip() if found else words)
    asked = marked("You asked for it: `:fault {words}`.", words=printable(words))
    table |= {"once": True, "why": asked}
    where = Where(BY_HAND, number)
    name = f"fault-{number}"
    try:
        return tuple(read_rule(name, {**table, "at": one}, where) for one in _occasions(at, table))
    except DataFileError as error:
        text = str(error).partition(": ")[2]
        raise UsageError(text.removeprefix(f"{name}: "), hint=_HINT) from None


def pending(desk: Desk) -> tuple[Rule, ...]:
    """The rules of faults that were ordered for the session at this *desk* and have not come."""
    chances = desk.chances or {}
    return tuple(rule for rule in desk.part.extra if not chances.get(rule.name))


def order_of(rule: Rule) -> str:
    """The words in which the fault was ordered, fit to be shown."""
    return rule.answer.why.partition("`:fault ")[2].rpartition("`")[0]


def comes_first(rule: Rule) -> bool:
    """Does the fault happen before a session can be talked to?"""
    return rule.at in _AT_FIRST


def _occasion(word: str) -> str:
    allowed = OCCASIONS - _NOT_HERE
    for one in (word.upper(), word.lower()):
        if one in allowed:
            return one
    near = nearest(word, allowed)
    hint = tr("a verb, CONNECT, DOT, command or reply")
    if near:
        hint = tr("did you mean {name}?", name=near)
    raise UsageError(tr('nothing happens at "{word}"', word=printable(word)), hint=hint)


def _occasions(at: str, table: dict[str, Any]) -> Iterator[str]:
    if at:
        yield at
    elif str(table.get("reply", "2"))[0] in "45":
        yield COMMAND
        yield "DOT"
    else:
        yield REPLY


def _table(words: str) -> dict[str, Any]:
    """What is to happen, as the keys of a rule."""
    kind, _, rest = words.partition(" ")
    rest = rest.strip()
    if code := _CODE.fullmatch(words):
        return {"reply": _reply(code[1], code[2] or ""), "close": code[1] == "421"}
    if kind in ("drop", "close") and not rest:
        return {kind: True}
    if kind == "silence" and not rest:
        return {"raw": ""}
    if kind in ("delay", "drip"):
        return {kind: _seconds(kind, rest)}
    if kind == "raw" and rest:
        return {"raw": _raw(rest)}
    known = [name for name, _ in KINDS]
    near = nearest(kind, known) if kind and not kind[0].isdigit() else None
    words = tr('"{fault}" is no fault', fault=printable(words)) if words else tr("which fault?")
    raise UsageError(
        words, hint=tr("did you mean {name}?", name=near) if near and near != kind else _HINT
    )


def _reply(code: str, text: str) -> str:
    if text:
        # Braces are gaps to a rule, and nothing but text to who types.
        return f"{code} {text.translate({ord('{'): '(', ord('}'): ')'})}"
    if code[0] == "3":
        return f"{code} Go on"
    return f"{code} {code[0]}.3.0 As you asked"


def _seconds(kind: str, text: str) -> float:
    found = _SECONDS.fullmatch(text)
    if found is None or not 0 < float(found[1]) <= LONGEST_WAIT:
        raise UsageError(
            tr("how many seconds? 1 to {most}", most=f"{LONGEST_WAIT:.0f}"),
            hint=f":fault {kind} 5",
        )
    return float(found[1])


def _raw(text: str) -> str:
    r"""The bytes of `raw TEXT`, a character each: quotes taken away, \r \n \t \\ \xNN read."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    data, at = bytearray(), 0
    for found in re.finditer(r"\\(?:x([0-9a-fA-F]{2})|(.?))", text, re.DOTALL):
        data += text[at : found.start()].encode("utf-8", "surrogateescape")
        at = found.end()
        if found[1] is not None:
            data.append(int(found[1], 16))
        elif found[2] and found[2] in _ESCAPES:
            data += _ESCAPES[found[2]]
        else:
            words = tr("{escape} is no escape", escape=printable(found[0]))
            raise UsageError(words, hint=tr("escapes are \\r \\n \\t \\\\ and \\x00 to \\xff"))
    data += text[at:].encode("utf-8", "surrogateescape")
    if b"\r" not in data and b"\n" not in data:
        data += b"\r\n"
    return data.decode("latin-1")


_ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}
