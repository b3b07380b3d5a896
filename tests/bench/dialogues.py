"""Transcripts to be read, and a parser made by hand to be compared with."""

from __future__ import annotations

import dataclasses
import random
import re

_BODY = (
    "Hello Ana,",
    "",
    "this is a practice letter from the desk next door.",
    "..a line that began with a dot",
    "It says nothing that matters, at a length that ordinary mail has.",
    "https://example.org/a?b=c&d=e",
    "-- ",
    "Dora",
)


def dialogues(count: int) -> str:
    """So many sessions of about 30 lines as ``C:`` and ``S:`` lines, the same ones every time."""
    chance = random.Random(1)
    return "".join(f"{line}\n" for number in range(count) for line in _dialogue(number, chance))


def _dialogue(number: int, chance: random.Random) -> list[str]:
    sender = f"dora{number % 97}@desk{number % 13}.test"
    recipient = f"ana{number % 89}@office.test"
    size = chance.randrange(300, 9000)
    lines = [
        "S: 220 mail.office.test ESMTP",
        f"C: EHLO desk{number % 13}.test",
        "S: 250-mail.office.test greets you",
        "S: 250-PIPELINING",
        "S: 250-SIZE 10240000",
        "S: 250-8BITMIME",
        "S: 250-STARTTLS",
        "S: 250 ENHANCEDSTATUSCODES",
        f"C: MAIL FROM:<{sender}> SIZE={size} BODY=8BITMIME",
        "S: 250 2.1.0 Ok",
    ]
    if chance.random() < 0.2:
        lines += ["C: RCPT TO:<nobody@office.test>", "S: 550 5.1.1 <nobody@office.test>: unknown"]
    if chance.random() < 0.1:
        lines += ["C: RCTP TO <oops>", "S: 500 5.5.2 Error: command not recognized"]
    lines += [f"C: RCPT TO:<{recipient}>", "S: 250 2.1.5 Ok", "C: DATA", "S: 354 Go ahead"]
    lines += [f"C: From: <{sender}>", f"C: To: <{recipient}>", f"C: Subject: {number}", "C: "]
    lines += [f"C: {line}" for line in _BODY]
    return [
        *lines,
        "C: .",
        f"S: 250 2.0.0 Ok: queued as {number:08X}",
        "C: QUIT",
        "S: 221 2.0.0 Bye",
    ]


@dataclasses.dataclass(slots=True)
class Reply:
    """All lines of a reply."""

    code: int
    enhanced: str
    lines: list[str]


@dataclasses.dataclass(slots=True)
class Command:
    """A command, with its path and parameters if it has them."""

    verb: str
    argument: str
    path: str = ""
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Letter:
    """Mail data, dots taken away."""

    lines: list[str]


Record = Reply | Command | Letter

_PATH = re.compile(r"(?i)(?:FROM|TO):\s*<([^<>]*)>\s*(.*)")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")


def by_hand(text: str) -> list[Record]:
    """Read *text* as somebody would who trusts it: nothing is checked and nothing pointed at."""
    found: list[Record] = []
    reply: Reply | None = None
    letter: Letter | None = None
    for line in text.split("\n"):
        side, said = line[:3], line[3:]
        if side == "S: ":
            code, more, words = said[:3], said[3:4] == "-", said[4:]
            if reply is None:
                enhanced = _ENHANCED.match(words)
                reply = Reply(int(code), enhanced[0] if enhanced else "", [words])
            else:
                reply.lines.append(words)
            if not more:
                if reply.code == 354:
                    letter = Letter([])
                found.append(reply)
                reply = None
        elif side == "C: ":
            if letter is None:
                found.append(_command(said))
            elif said == ".":
                found.append(letter)
                letter = None
            else:
                letter.lines.append(said[1:] if said[:1] == "." else said)
    return found


def _command(said: str) -> Command:
    verb, _, argument = said.partition(" ")
    command = Command(verb.upper(), argument)
    if command.verb in ("MAIL", "RCPT") and (match := _PATH.match(argument)):
        command.path = match[1]
        for word in match[2].split():
            keyword, _, value = word.partition("=")
            command.parameters[keyword.upper()] = value
    return command
