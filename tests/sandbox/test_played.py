"""Whole sessions with practice servers, as golden files that a teacher can read and extend.

A file begins with what is played: `# personality scenario seed`, and behind it the door if it is
another one than mx. Then come lines of input, each with what came of it below, indented by none:

    C: LINE     the client says this (C+ for lines that go out together with the next one)
    raw TEXT    it sends exactly these bytes (\\r \\n \\t \\\\ \\xNN)
    tls         the handshake that was agreed takes place
    wait N      it is silent for N seconds
    skip N      the world's clock is put forward by N seconds
    why         the reason for the last reply, and the rule that gave it
    points      the tallies that rules have made
    as NAME IP  the client of the next session is taken for this host
    trace       the fields that the server has put in front of the last letter
    boxes       the mailboxes that are not empty, and the senders on the envelopes of their letters
    session     a new connection

Renew them with `pytest tests/sandbox/test_played.py --update-golden`, and read the diff.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smtpshell.resource import lessons_dir
from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.mind.view import view_of
from smtpshell.sandbox.nature.reason import Reason
from smtpshell.sandbox.nature.scenario import Host
from smtpshell.sandbox.nature.situation import SITUATIONS
from smtpshell.smtp.printable import printable
from smtpshell.smtp.text import to_text
from smtpshell.transcript.format import unescape
from tests.sandbox.play import START, make_part

FOLDER = Path(__file__).parent / "played"
SCRIPTS = sorted(FOLDER.glob("*.txt"))
PEER = "127.0.0.1"
TLS = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
INPUTS = (
    *("C: ", "C+ ", "raw ", "tls", "wait ", "skip ", "as "),
    *("why", "points", "boxes", "trace", "session"),
)


class Player:
    """Plays one file: lines of input to lines of what came of them."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.now = START
        self.held = b""
        self.responder = responder_at(part, part.world.taken_for(PEER))

    def session(self) -> Iterator[str]:
        if self.responder.record.began:
            by = "server" if self.responder.wish is Wish.CLOSE else "client"
            self.responder.closed(self.now, by)
        self.responder = responder_at(self.part, self.part.world.taken_for(PEER))
        tls = TLS if self.part.door.implicit_tls else ""
        yield from self.heard(self.responder.opened(self.now, tls=tls))

    def heard(self, data: bytes) -> Iterator[str]:
        """What the server says, and what it does then; a client waits for a slow reply."""
        began = self.now
        while self.responder.wish is Wish.WAIT:
            self.now = self.responder.deadline
            data += self.responder.timer(self.now)
        if self.now > began:
            yield f"   after {self.now - began:g} s:"
        for line in data.split(b"\r\n")[:-1]:
            yield f"S: {printable(to_text(line))}"
        rest = data.split(b"\r\n")[-1]
        if rest:
            yield f"S, without an end: {rest!r}"
        if self.responder.wish is Wish.CLOSE:
            yield "   (cut)" if self.responder.reset else "   (closed)"

    def play(self, line: str) -> Iterator[str]:
        """What comes of a line of input."""
        if line == "session":
            yield from self.session()
        elif line == "tls":
            yield from self.heard(self.responder.tls_started(self.now, TLS))
        elif line == "why":
            yield from self.reasons()
        elif line == "points":
            scores = view_of(self.responder).scores
            yield f"   {', '.join(f'{tally} {points:g}' for tally, points in scores.items())}"
        elif line == "boxes":
            yield from self.boxes()
        elif line == "trace":
            letters = [box[-1] for box in self.part.world.mailboxes.values() if box]
            yield from (f"   {field}" for field in letters[0].trace.decode().splitlines())
        elif line.startswith("as "):
            name, address = line[3:].split()
            self.part.world.host_of_peer = Host(address, name)
        elif line.startswith("raw "):
            data = unescape(line[4:].encode())
            yield from self.heard(self.responder.received(data, self.now))
        elif line.startswith("skip "):
            self.part.world.skipped += float(line[5:])
        elif line.startswith("wait "):
            self.now += float(line[5:])
            yield from self.heard(self.responder.timer(self.now))
        else:
            self.held += line[3:].encode() + b"\r\n"
            if line.startswith("C: "):
                data, self.held = self.held, b""
                yield from self.heard(self.responder.received(data, self.now))

    def boxes(self) -> Iterator[str]:
        self.part.world.run_queue(self.now)
        for box, letters in self.part.world.mailboxes.items():
            if letters:
                yield f"   {box}: {', '.join(f'<{one.return_path}>' for one in letters)}"

    def reasons(self) -> Iterator[str]:
        verdict = view_of(self.responder).verdicts[-1]
        yield f"   {shown(verdict.reason)}"


def shown(reason: Reason) -> str:
    """A reason, with its file's name; the line of the root's replies moves too often."""
    name = Path(reason.file).name
    line = "" if reason.rule in SITUATIONS else f":{reason.line}"
    ref = f" ({reason.ref})" if reason.ref else ""
    return f"{reason.words}{ref} [{reason.rule}, {name}{line}]"


def played(text: str) -> str:
    """The file as it comes out when its input is played."""
    first, *rest = text.splitlines()
    personality, scenario, seed, *door = first.removeprefix("# ").split()
    player = Player(make_part(personality, *door, scenario=scenario, seed=int(seed)))
    out = [first, *player.session()]
    for line in rest:
        if line.startswith(("#", *INPUTS)) or not line:
            out.append(line)
            out += [] if line.startswith("#") or not line else player.play(line)
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_played(path: Path, request: pytest.FixtureRequest) -> None:
    """What the server says, does and thinks is what the file has."""
    text = path.read_text()
    actual = played(text)
    if request.config.getoption("--update-golden"):
        path.write_text(actual)
    assert actual == text, "the session has changed; --update-golden writes the new one"


EVERY = sorted(
    path.stem
    for kind in ("personalities", "scenarios")
    for path in (lessons_dir() / "sandbox" / kind).glob("*.toml")
    if not path.stem.startswith("broken-")  # these are in tests/shell/test_broken.py, all of them
)


@pytest.mark.parametrize("name", EVERY)
def test_each_is_played(name: str) -> None:
    """Whoever adds a server or a house adds a session in it."""
    assert any(name in path.read_text().splitlines()[0].split() for path in SCRIPTS)


def test_every_case_of_the_detective_is_played() -> None:
    """Twelve, each by the seed that picks it."""
    text = (lessons_dir() / "sandbox" / "scenarios" / "detective.toml").read_text()
    cases = [
        line for line in text.splitlines() if line.startswith("[cases.") and "." not in line[7:]
    ]
    seeds = {
        int(path.read_text().splitlines()[0].split()[3]) % 12
        for path in SCRIPTS
        if path.stem.startswith("detective-")
    }
    assert len(cases) == 12
    assert seeds == set(range(12))
