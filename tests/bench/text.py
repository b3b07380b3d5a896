"""Reading transcripts and knowing the words."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from smtpshell import resource
from smtpshell.explain.build import build_index
from smtpshell.explain.index import read_index
from smtpshell.transcript.reader import parse_transcript
from tests.bench.lib import Result, in_turn, ratio
from tests.bench.notes import when_blocks

SESSIONS = 400


def _milliseconds(work: Callable[[], object]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) * 1000

    return measure


class Said(NamedTuple):
    """What the parser made by hand keeps of a line."""

    side: str
    word: str
    rest: str
    more: bool


def by_hand(text: str) -> list[Said]:
    """The least a parser of C:/S: lines can do: whose line it is, its verb or code, the rest."""
    found = []
    for line in text.split("\n"):
        side, body = line[:2], line[3:]
        if side == "C:":
            verb, _, rest = body.partition(" ")
            found.append(Said("C", verb.upper(), rest, False))
        elif side == "S:":
            found.append(Said("S", body[:3], body[4:], body[3:4] == "-"))
    return found


def transcript(rounds: int) -> list[Result]:
    """X1."""
    session = "".join(
        line.lstrip() + "\n"
        for line in (
            "S: 220 mail.office.test ESMTP",
            "C: EHLO desk7.office.test",
            "S: 250-mail.office.test",
            "S: 250-PIPELINING",
            "S: 250 SIZE 10240000",
            "C: MAIL FROM:<dora@office.test>",
            "S: 250 2.1.0 Ok",
            "C: RCPT TO:<ana@office.test>",
            "S: 250 2.1.5 Ok",
            "C: DATA",
            "S: 354 End data with <CR><LF>.<CR><LF>",
            "C: Subject: hello",
            "C: ",
            "C: Hello Ana, this is a line as people write them.",
            "C: .",
            "S: 250 2.0.0 Ok: queued as 1",
            "C: QUIT",
            "S: 221 2.0.0 Bye",
        )
    )
    text = session * SESSIONS
    whole = ("smtpshell transcript 1\n\n" + text).encode()
    lines = text.count("\n")
    found = in_turn(
        {
            "smtpshell": _milliseconds(lambda: parse_transcript(whole, "bench.smtp")),
            "by hand": _milliseconds(lambda: by_hand(text)),
        },
        rounds * 2,
    )
    speeds = {name: [lines / value for value in values] for name, values in found.items()}
    what = f"a transcript of {lines} lines read"
    return [ratio("X1", what, "by hand", speeds, 0.8, at_least=True, unit="lines/ms")]


def words(rounds: int) -> list[Result]:
    """L1."""
    index = build_index(resource.lessons_dir(), "en").to_bytes()
    blocks = when_blocks()
    fronts = [_front(path) for path in resource.lessons_dir().rglob("*.md")]
    found = in_turn(
        {
            "smtpshell": _milliseconds(lambda: read_index(index)),
            "tomllib": _milliseconds(lambda: [tomllib.loads(text) for text in [*blocks, *fronts]]),
        },
        rounds * 2,
    )
    what = f"{len(blocks)} notes and {len(fronts)} files known at start"
    return [ratio("L1", what, "tomllib", found, 0.1)]


def _front(path: Path) -> str:
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    return parts[1] if len(parts) == 3 else ""
