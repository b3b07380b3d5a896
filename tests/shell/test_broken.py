"""Servers that are broken or weak on purpose: what the shell shows and says, and how it ends.

The whole way: the practice server on a loopback socket, the client, the notes, the exit status.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import pytest

from smtpshell.net.blocking import BlockingClient
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.server import PracticeServer
from smtpshell.sandbox.start import start
from smtpshell.shell.batch import MOMENT, Rules
from smtpshell.shell.news import news_lines
from smtpshell.shell.outcome import (
    CUT_OFF,
    IN_DOUBT,
    MALFORMED,
    OUT_OF_STEP,
    QUIT,
    RCPT,
    TIMED_OUT,
    TLS,
)
from smtpshell.shell.place import LivePlace
from smtpshell.shell.practice import PracticePlace
from smtpshell.shell.script import Telling, run_script
from smtpshell.smtp.event import EventKind
from tests.net.silence import patient_until
from tests.sandbox.test_annex import smuggled
from tests.waiting import settle

FOLDER = lessons_dir() / "sandbox" / "personalities"
HELLO = "EHLO desk7.office.test"
LETTER = ("From: Dora <dora@office.test>", "Subject: hi", "", "hi", ".")
WHOLE = (
    HELLO,
    "MAIL FROM:<dora@office.test>",
    "RCPT TO:<ana@office.test>",
    "DATA",
    *LETTER,
    "NOOP",
    "QUIT",
)
SECRET = (HELLO, "STARTTLS", HELLO, "QUIT")


class TrustingPlace(LivePlace):
    """A server whose throw-away certificate is trusted."""

    def __init__(self, target: Target, server: PracticeServer) -> None:
        super().__init__(target)
        self._server = server

    def trust(self) -> Trust:
        return Trust(ca_pem=self._server.ca_pem.decode(), name=self._server.name)


def against(personality: str, play: Callable[[PracticeServer], int]) -> tuple[int, PracticeServer]:
    """Run *play*, which blocks, beside a server of this *personality*; it hears that server out."""

    async def both() -> tuple[int, PracticeServer]:
        server = await start(personality)
        server.certificate  # noqa: B018  # nothing is then done in a thread of its own
        loop = asyncio.get_running_loop()

        def silent() -> bool:
            """Has the server done all that it does with what it has been sent?"""
            asyncio.run_coroutine_threadsafe(settle(), loop).result()
            return True

        try:
            with patient_until(silent):
                return await asyncio.to_thread(play, server), server
        finally:
            await server.close()

    return asyncio.run(both())


def run(
    personality: str, lines: tuple[str, ...], *, starttls: bool = False
) -> tuple[int, str, PracticeServer]:
    """Play *lines* in a script; exit status, what was printed, the server afterwards."""
    out = io.StringIO()
    script = "".join(f"{line}\n" for line in lines).encode()

    def play(server: PracticeServer) -> int:
        place = TrustingPlace(Target("127.0.0.1", server.port, starttls=starttls), server)
        return run_script(place, io.BytesIO(script), Rules(), Telling(), out)

    status, server = against(personality, play)
    return status, out.getvalue(), server


BROKEN = {
    # personality: the lines, the exit status, what has to be on the screen
    "broken-8-bit": (WHOLE, 0, [r"Gr\xfc\xdf Gott", "Bytes that do not belong in a greeting"]),
    "broken-after-quit": (WHOLE, QUIT, ["554 5.5.1 Not yet", "should answer 221 to QUIT"]),
    "broken-auth-twice": (WHOLE, 0, ["250-AUTH PLAIN LOGIN", "250-AUTH=LOGIN PLAIN"]),
    "broken-bare-code": (WHOLE, 0, ["S: 250\n", "The server offers nothing extra"]),
    "broken-codes-differ": (
        WHOLE,
        MALFORMED,
        ["550 5.1.1 or rather not", "lines of one reply disagree"],
    ),
    "broken-early-reply": (WHOLE, OUT_OF_STEP, ["A reply that nobody asked for"]),
    "broken-endless": (WHOLE, CUT_OFF, ["longer than 256 KiB or 1000 lines"]),
    "broken-escapes": (WHOLE, 0, [r"\x1b]0;owned\x07", r"\x1b]52;c;", r"\u202e", "do not obey"]),
    "broken-first-digit": (WHOLE, MALFORMED, ["150 2.1.0", "650 5.1.1", "This line is no reply"]),
    "broken-four-digits": (WHOLE, MALFORMED, ["2500 Ok", "This line is no reply"]),
    "broken-hangs-up-at-data": (WHOLE, CUT_OFF, ["Closed in the middle of the letter"]),
    "broken-line-feeds": (WHOLE, TIMED_OUT, [r"nothing)\x0a", "This greeting has no end"]),
    "broken-long-reply": (WHOLE, 0, ["A reply line that is too long"]),
    "broken-lost-250": (WHOLE, IN_DOUBT, ["The dot was sent, the answer is missing"]),
    "broken-no-code": (WHOLE, MALFORMED, ["Fine, go ahead", "This line is no reply"]),
    "broken-no-last-line": (WHOLE, TIMED_OUT, ["The list was never finished"]),
    "broken-nul": (WHOLE, RCPT, [r"Ok\x00 or not", r"such user\x0d250", "in a wrong way"]),
    "broken-silent": (WHOLE, TIMED_OUT, ["no whole reply came"]),
    "broken-starttls": (SECRET, TLS, ["the TLS handshake broke"]),
    # Who is faster, the 250 or the reset?
    "broken-takes-and-drops": (WHOLE, None, ["S: 354"]),
    "broken-twice": (WHOLE, OUT_OF_STEP, ["queued, really", "A reply that nobody asked for"]),
    "broken-two-digits": (WHOLE, MALFORMED, ["25 2.1.0 Ok", "This line is no reply"]),
}


def test_all_of_them_are_here() -> None:
    """A broken server without a played session is none of ours."""
    assert set(BROKEN) == {path.stem for path in FOLDER.glob("broken-*.toml")}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_shown_and_explained(name: str) -> None:
    """Nothing hangs, no terminal is told to obey, and there are words for it."""
    lines, expected, words = BROKEN[name]
    status, out, _ = run(name, lines)
    assert expected is None or status == expected
    joined = " ".join(line.removeprefix(" | ").strip() for line in out.splitlines())
    for word in words:
        assert word in out or word in joined, out
    assert all(char.isprintable() or char == "\n" for char in out)


def test_a_script_fails_on_the_practice_server_of_its_own_too() -> None:
    """As `smtpshell --personality broken-... < script`: the letter went, the reply was none."""
    out = io.StringIO()
    script = "".join(f"{line}\n" for line in WHOLE).encode()
    place = PracticePlace("broken-four-digits")
    status = run_script(place, io.BytesIO(script), Rules(), Telling(notes="off"), out)
    assert status == MALFORMED
    assert "queued as" in out.getvalue()


# ---------------------------------------------------------------- attacks on who wants TLS

AUTH_LINE = "AUTH PLAIN AGFuYQBhcHJpY290LTc="


@pytest.mark.parametrize(
    "name", ["stripper", "stripper-garbled", "stripper-454", "firewall-fixup", "broken-starttls"]
)
@pytest.mark.parametrize("line", [AUTH_LINE, "MAIL FROM:<dora@office.test>"])
@pytest.mark.parametrize("hello", [HELLO, "HELO desk7.office.test"])
def test_who_demands_tls_does_not_go_on_without(name: str, line: str, hello: str) -> None:
    """The offer missing, garbled, taken back, EHLO refused: nothing of value goes out in clear."""
    status, out, server = run(name, (hello, "STARTTLS", line), starttls=True)
    assert status == TLS
    (session,) = server._past.values()
    heard = [event.data for event in session.record.events() if event.kind is EventKind.CLIENT]
    assert not any(said.startswith((b"AUTH", b"MAIL")) for said in heard), heard
    assert AUTH_LINE not in out


def test_a_slipped_in_reply_is_an_attack_by_name() -> None:
    """The session ends, the CVE is named, and what was slipped in is shown."""
    status, out, _ = run("slips-in", SECRET)
    assert status == TLS
    assert "response injection, as in CVE-2011-0411" in " ".join(
        line.removeprefix(" |").strip() for line in out.splitlines()
    )
    assert "S: 250-evil.test" in out


@pytest.mark.parametrize(("name", "answered"), [("injectable", True), ("postfix-like", False)])
def test_a_command_behind_starttls_is_answered_by_the_weak_server_alone(
    name: str, answered: bool
) -> None:
    """What is sent in one piece with STARTTLS, as whoever sits in between would."""
    lines = (HELLO, ":pipeline", "STARTTLS", "NOOP", ":wait", "QUIT")
    status, out, _ = run(name, lines)
    assert status == (OUT_OF_STEP if answered else TLS)
    assert ("A reply that nobody asked for" in out) == answered
    assert "Something was sent in clear behind STARTTLS" in out or not answered


@pytest.mark.parametrize(("behind", "waits"), [(("NOOP",), True), ((), False)])
def test_an_answer_to_what_stood_behind_starttls_is_waited_for(
    behind: tuple[str, ...], waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment, as it would else pass for the answer to the next line; nobody else waits."""
    waited: list[float] = []
    look = BlockingClient.look

    def looked(client: BlockingClient, seconds: float = 0.0) -> None:
        waited.append(seconds)
        look(client, seconds)

    monkeypatch.setattr(BlockingClient, "look", looked)
    run("injectable", (HELLO, ":pipeline", "STARTTLS", *behind, ":wait", "QUIT"))
    assert (MOMENT in waited) == waits


def test_a_smuggled_letter_is_told_with_its_sender() -> None:
    """Two deliveries from one DATA, and whose they claim to be."""
    lines = news_lines(smuggled().part.world.happenings)
    told = [words.split(" ", 1)[1] for head, words in lines if head == "delivered"]
    assert told == [
        "from <mia@lab.test> is in the mailbox ben@weak.test",
        "from <boss@weak.test> is in the mailbox ben@weak.test",
    ]
    assert any("nobody had asked for" in words for _, words in lines)
