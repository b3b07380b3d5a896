"""Playing sessions against the responder: no network, no clock but the one that is put forward."""

from __future__ import annotations

import re
from pathlib import Path

from smtpshell.sandbox.mind.between import responder_at
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.mind.view import ServerView, view_of
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.world.world import World

START = 1767605400.0  # Mon, 05 Jan 2026 09:30:00 +0000

HELLO = "EHLO desk7.office.test"
MAIL = "MAIL FROM:<ada@far.test>"
RCPT = "RCPT TO:<ana@office.test>"


def make_part(
    personality: str = "by-the-book",
    door: str = "mx",
    *,
    scenario: str = "small-office",
    seed: int = 7,
    folder: Path | None = None,
    can_tls: bool = True,
) -> Part:
    """A door of a new server; *folder* may hold personalities and scenarios of the test's own."""
    folders = [folder] if folder is not None else []
    setting = load_scenario(scenario, folders, seed)
    nature = load_personality(personality, folders, setting.house)
    return Part(nature, World(setting, seed), door, can_tls=can_tls)


class Talk:
    """A client that talks to a responder and hears at once what it answers."""

    def __init__(self, part: Part | None = None, *, tls: bool = False) -> None:
        self.part = part or make_part()
        self.now = START
        self.responder = responder_at(self.part, self.part.world.taken_for("127.0.0.1"))
        self.greeting = self.responder.opened(self.now, tls="TLSv1.3" if tls else "").decode()

    @property
    def closed(self) -> bool:
        return self.responder.wish is Wish.CLOSE

    @property
    def view(self) -> ServerView:
        return view_of(self.responder)

    def send(self, data: bytes) -> str:
        """Send bytes in one piece; what comes back."""
        return self.responder.received(data, self.now).decode()

    def say(self, *lines: str) -> str:
        """Send lines one after the other; the reply to the last one."""
        reply = ""
        for line in lines:
            reply = self.send(line.encode("utf-8", "surrogateescape") + b"\r\n")
        return reply

    def wait(self, seconds: float) -> str:
        """Let time pass; what the server says then."""
        self.now += seconds
        return self.responder.timer(self.now).decode()

    def shake_hands(self) -> str:
        """The TLS handshake that was agreed takes place; what the server says unasked then."""
        assert self.responder.wish is Wish.TLS
        words = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
        return self.responder.tls_started(self.now, words).decode()

    def over_tls(self, hello: str = HELLO) -> str:
        """EHLO, STARTTLS, EHLO again; the reply to that."""
        self.say(hello, "STARTTLS")
        self.shake_hands()
        return self.say(hello)

    def letter(self, text: str = "Subject: hi\r\n\r\nhi") -> str:
        """A whole transaction; the reply to the dot."""
        self.say(MAIL, RCPT, "DATA")
        return self.say(text, ".")


class Patient(Talk):
    """One that waits for as long as a reply takes."""

    def __init__(self, part: Part | None = None, *, tls: bool = False) -> None:
        super().__init__(part, tls=tls)
        if not self.greeting:
            self.now = self.responder.deadline
            self.greeting = self.responder.timer(self.now).decode() + self.rest()

    def send(self, data: bytes) -> str:
        return super().send(data) + self.rest()

    def rest(self) -> str:
        """What comes while one waits."""
        said = ""
        while self.responder.wish is Wish.WAIT:
            self.now = self.responder.deadline
            said += self.responder.timer(self.now).decode()
        return said


def codes(replies: str) -> list[str]:
    """Reply code, and enhanced code where there is one, of the last line of each reply."""
    found = []
    for line in replies.splitlines():
        match = re.match(r"([0-9]{3}) ?([245]\.[0-9]+\.[0-9]+)?", line)
        if match and line[3:4] != "-":
            found.append(" ".join(part for part in match.groups() if part))
    return found
