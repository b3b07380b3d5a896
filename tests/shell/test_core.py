"""What a typed line does, and what happens next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from smtpshell.errors import ConnectError
from smtpshell.net.stream import Hear, Say, ScriptedStream, ShakeHands, Step
from smtpshell.net.target import Target
from smtpshell.net.tls_layer import Handshake
from smtpshell.shell import asking
from smtpshell.shell.paste import MOST_LINES
from smtpshell.shell.question import Question
from tests.shell.desk import Desk

GREET = Say(b"220 mail.test ready\r\n")
EHLO = (Hear(b"EHLO me.test\r\n"), Say(b"250-mail.test\r\n250 SIZE\r\n"))
MAIL = (Hear(b"MAIL FROM:<a@b.test>\r\n"), Say(b"250 ok\r\n"))
RCPT = (Hear(b"RCPT TO:<c@d.test>\r\n"), Say(b"250 ok\r\n"))
DATA = (Hear(b"DATA\r\n"), Say(b"354 go\r\n"))


SILENCE = Hear(b"never said")


def played(
    *steps: Step, stays: bool = True, **options: str
) -> Callable[[Callable[[Desk], Awaitable[None]]], Desk]:
    """Run a test's coroutine with a shell connected to a server that plays *steps*.

    Afterwards the server *stays*, in silence, or hangs up.
    """

    def run(test: Callable[[Desk], Awaitable[None]]) -> Desk:
        desk = Desk(GREET, *steps, *([SILENCE] if stays else []), **options)

        async def main() -> None:
            await desk.shell.open()
            await desk.settle()
            await test(desk)
            await desk.shell.shut_down()

        asyncio.run(main())
        return desk

    return run


def test_lines_go_out_at_once_and_byte_for_byte() -> None:
    """With CRLF, and nothing else added."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        assert desk.place.written == b"EHLO me.test\r\n"
        assert desk.view.due
        await desk.settle()
        assert not desk.view.due

    desk = played(*EHLO)(test)
    assert desk.view.kept == ["EHLO me.test"]
    lanes = [line for line in desk.writer.lines if line[:3] in ("C: ", "S: ")]
    assert lanes == ["S: 220 mail.test ready", "C: EHLO me.test", "S: 250-mail.test", "S: 250 SIZE"]


@pytest.mark.parametrize(("eol", "sent"), [("lf", b"NOOP\n"), ("cr", b"NOOP\r")])
def test_other_line_ends_on_request(eol: str, sent: bytes) -> None:
    """To see what servers make of them."""

    async def test(desk: Desk) -> None:
        await desk.say("NOOP")
        assert desk.place.written == sent

    played(eol=eol)(test)


@pytest.mark.parametrize("text", ["QUIT", "RCPT TO:<ana@office.test>", "Quite so"])
def test_capitals_are_eaten_on_request(text: str) -> None:
    """As `openssl s_client` does it: Q ends the connection, R costs the line."""

    async def test(desk: Desk) -> None:
        await desk.say(text)
        assert desk.place.written == b""
        assert desk.shell.connected is (text[0] == "R")
        assert ("RENEGOTIATING" if text[0] == "R" else "DONE") in desk.writer.text
        assert desk.shell.history.get_strings() == [text]

    played(eat_caps="on")(test)


@pytest.mark.parametrize("text", ["quit", "rcpt to:<ana@office.test>", "NOOP", " QUIT", ""])
def test_other_lines_are_not_eaten(text: str) -> None:
    """Small letters pass, which is how one gets by."""

    async def test(desk: Desk) -> None:
        await desk.say(text)
        await desk.say(text)
        assert desk.place.written.startswith(text.encode() + b"\r\n")

    played(eat_caps="on")(test)


def test_what_is_typed_ahead_waits_for_its_turn() -> None:
    """One line per reply, in order."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        desk.shell.submit("MAIL FROM:<a@b.test>", in_turn=False)
        desk.shell.submit("RCPT TO:<c@d.test>", in_turn=False)
        assert desk.place.written == b"EHLO me.test\r\n"
        assert len(desk.shell.queue) == 2
        await desk.settle()
        assert desk.place.written.endswith(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n")

    played(*EHLO, *MAIL, *RCPT)(test)


def test_a_local_command_typed_ahead_is_none_of_the_servers() -> None:
    """It is done when it is its turn: `:why` asks about the reply that was due."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        for line in (":state", "NOOP"):
            desk.shell.submit(line, in_turn=False)
        assert "logged in" not in desk.writer.text
        await desk.settle()
        assert desk.place.written == b"EHLO me.test\r\nNOOP\r\n"
        assert desk.writer.text.index("S: 250 SIZE") < desk.writer.text.index("logged in")
        assert desk.view.kept == ["EHLO me.test", ":state", "NOOP"]

    played(*EHLO)(test)


def test_what_waits_behind_a_local_command_waits_until_that_is_done() -> None:
    """Else the line would go out on the connection that is being left."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        for line in (":connect", "EHLO me.test"):
            desk.shell.submit(line, in_turn=False)
        await desk.settle()
        assert [stream.written for stream in desk.place.streams] == [b"EHLO me.test\r\n"] * 2

    played(*EHLO)(test)


def test_what_was_typed_behind_a_question_is_not_sent() -> None:
    """It was the password that `:auth` was going to ask for."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        for line in (":auth PLAIN ana", "secret", "NOOP"):
            desk.shell.submit(line, in_turn=False)
        await desk.settle()
        await desk.say("secret")
        assert desk.place.written == b"EHLO me.test\r\n"
        assert "2 lines dropped that waited" in desk.writer.text

    played(*EHLO)(test)


def test_a_password_is_not_kept_for_the_next_server() -> None:
    """Its login was never begun, and the connection is gone."""

    async def test(desk: Desk) -> None:
        await desk.say("EHLO me.test", ":auth LOGIN ana", "secret")
        assert desk.shell.login is not None
        desk.shell.drop()
        await desk.settle()
        assert desk.shell.login is None

    played(*EHLO)(test)


def test_ctrl_c_drops_what_waits_behind_a_local_command_as_well() -> None:
    """And what is typed meanwhile goes behind it."""

    async def test(desk: Desk) -> None:
        desk.place.connect = asyncio.Event().wait
        desk.shell.submit("EHLO me.test")
        for line in (":connect", "NOOP"):
            desk.shell.submit(line, in_turn=False)
        await desk.settle()
        assert desk.shell.connecting
        desk.shell.submit("RSET")
        desk.shell.interrupt()
        assert "2 lines dropped that waited" in desk.writer.text
        desk.shell.interrupt()
        await desk.settle()
        assert not desk.shell.connected

    played(*EHLO)(test)


def test_colons_in_a_letter_or_a_batch_stay_as_they_are() -> None:
    """There nothing that waits is ours."""

    async def test(desk: Desk) -> None:
        desk.shell.enqueue(["EHLO me.test", ":state"], batch=True)
        assert desk.place.written == b"EHLO me.test\r\n:state\r\n"

    played(*EHLO)(test)

    async def letter(desk: Desk) -> None:
        lines = ["EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", ":state"]
        desk.shell.enqueue(lines)
        await desk.settle()
        assert desk.place.written.endswith(b"DATA\r\n:state\r\n")

    played(*EHLO, *MAIL, *RCPT, *DATA)(letter)


def test_a_line_does_not_overtake_those_that_wait() -> None:
    """Although the prompt stands there again, as the server takes its time."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        desk.shell.submit("MAIL FROM:<a@b.test>", in_turn=False)
        desk.shell.submit("RCPT TO:<c@d.test>", in_turn=True)
        assert desk.place.written == b"EHLO me.test\r\n"
        await desk.settle()
        assert desk.place.written.endswith(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n")

    played(*EHLO, *MAIL, *RCPT)(test)


def test_nothing_waits_behind_the_last_line_there_is_room_for() -> None:
    """A letter whose end was cut off without a word would never be sent."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        desk.shell.let_wait(["x"] * (MOST_LINES + 2))
        assert "Not sent > the last 2 lines; only 10000 can wait" in desk.writer.text

    played()(test)


def test_speaking_out_of_turn_is_allowed_and_remarked_upon() -> None:
    """Where the prompt stood there, the line goes out."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("EHLO me.test")
        desk.shell.submit("MAIL FROM:<a@b.test>", in_turn=True)
        assert desk.place.written.endswith(b"MAIL FROM:<a@b.test>\r\n")
        assert "wait for the reply" in desk.writer.text.lower()

    played(*EHLO)(test)


def test_a_local_command_is_not_sent() -> None:
    """And an unknown one says what is near."""

    async def test(desk: Desk) -> None:
        await desk.say(":state", ":statte")
        assert desk.place.written == b""
        assert "did you mean :state?" in desk.writer.text

    played()(test)


def test_nothing_is_stolen_from_a_letter() -> None:
    """Lines that look local, like questions or like commands go out as they are."""

    async def test(desk: Desk) -> None:
        await desk.say("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA")
        letter = [":help", "QUIT", "", "Q", "R", ".x", "y"]
        await desk.say(*letter)
        assert desk.place.written.endswith("".join(f"{line}\r\n" for line in letter).encode())

    played(*EHLO, *MAIL, *RCPT, *DATA)(test)


def test_bytes_are_shown_as_typed_once() -> None:
    """The local command stands there when its bytes leave."""

    async def test(desk: Desk) -> None:
        await desk.say(r":raw NOOP\r\n")
        assert desk.place.written == b"NOOP\r\n"
        assert desk.view.kept == [r":raw NOOP\r\n"]

    played()(test)


def test_an_empty_line_is_sent_the_second_time() -> None:
    """The first time it is more likely a slip."""

    async def test(desk: Desk) -> None:
        await desk.say("")
        assert desk.place.written == b""
        await desk.say("")
        assert desk.place.written == b"\r\n"

    played()(test)


def test_a_line_typed_without_a_connection_is_one_key_away() -> None:
    """The prompt is free for `:connect`; nothing was sent, and nothing is lost."""
    desk = Desk()
    desk.shell.submit("NOOP")
    assert desk.view.line == ""
    assert desk.shell.history.get_strings() == ["NOOP"]
    assert ":connect opens one. Up brings" in desk.writer.text


@pytest.mark.parametrize(
    ("typed", "meant"), [("help", "help"), ("?", "help"), ("QUIT ", "quit"), ("exit", "quit")]
)
def test_without_a_connection_words_may_lack_their_colon(typed: str, meant: str) -> None:
    """Whoever wants to leave, or to be helped, is told how."""
    desk = Desk()
    desk.shell.submit(typed)
    assert f"Did you mean :{meant}?" in desk.writer.text
    assert ":connect" not in desk.writer.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [("mailbox ana", True), ("why", True), ("?", True), ("NOOP", False), ("help", False),
     ("AUTH PLAIN x", False), ("hello", False)],
)  # fmt: skip
def test_a_command_that_lacks_its_colon_is_sent_and_told(typed: str, told: bool) -> None:
    """Nothing is refused; what SMTP knows, too, needs no word."""

    async def test(desk: Desk) -> None:
        desk.shell.submit(typed)
        assert desk.place.written == f"{typed}\r\n".encode()
        assert ("is for the shell" in desk.writer.text) == told

    played()(test)


def test_an_exam_tells_of_no_colon() -> None:
    """It gives no hints."""

    async def test(desk: Desk) -> None:
        desk.shell.submit("mailbox ana")
        assert "is for the shell" not in desk.writer.text

    played(verbosity="exam")(test)


def test_no_key_is_named_where_there_is_none() -> None:
    """A terminal that edits its lines itself cannot bring one back."""
    desk = Desk()
    desk.view.keys = False
    desk.shell.submit("NOOP")
    assert ":connect opens one" in desk.writer.text
    assert "Up brings" not in desk.writer.text


def test_a_line_begun_before_the_connection_was_lost_stays() -> None:
    """Once; whoever presses Enter again has the prompt free, and the line in the history."""

    async def test(desk: Desk) -> None:
        desk.view.line = "MAIL FR"
        desk.shell.drop()
        await desk.settle()
        desk.view.line = ""
        desk.shell.submit("MAIL FROM:<>")
        assert desk.view.line == "MAIL FROM:<>"
        desk.view.line = ""
        desk.shell.submit("MAIL FROM:<>")
        assert desk.view.line == ""
        assert desk.shell.history.get_strings() == ["MAIL FROM:<>"]

    played()(test)


def test_a_login_answer_without_a_connection_is_kept_nowhere() -> None:
    """It may be a password."""

    async def test(desk: Desk) -> None:
        await desk.say("AUTH LOGIN")
        desk.shell.drop()
        await desk.settle()
        desk.shell.submit("c2VjcmV0")
        assert desk.view.line == ""
        assert "c2VjcmV0" not in desk.shell.history.get_strings()

    played(Hear(b"AUTH LOGIN\r\n"), Say(b"334 VXNlcm5hbWU6\r\n"))(test)


class TestPaste:
    """Several lines at once are a queue."""

    LINES = ("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")

    def test_one_per_reply(self) -> None:
        """The next one goes out when the reply to the last is in."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            assert desk.place.written == b""
            desk.shell.submit("l")
            assert desk.place.written == b"EHLO me.test\r\n"
            await desk.settle()
            assert desk.place.written.count(b"\r\n") == 3

        played(*EHLO, *MAIL, *RCPT)(test)

    def test_as_one_batch(self) -> None:
        """All go out together, none waits."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            desk.shell.submit("b")
            assert desk.place.written.count(b"\r\n") == 3

        played(*EHLO, *MAIL, *RCPT)(test)

    def test_dropped(self) -> None:
        """Nothing of it is sent; so it is with Ctrl-C."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            desk.shell.submit("d")
            desk.shell.paste(list(self.LINES))
            desk.shell.interrupt()
            assert desk.place.written == b""

        played()(test)

    def test_chosen_beforehand(self) -> None:
        """With `:set paste` nothing is asked."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            assert desk.place.written.count(b"\r\n") == 3

        played(*EHLO, paste="batch")(test)

    def test_ctrl_c_drops_what_waits(self) -> None:
        """What is on the wire stays there."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            desk.shell.interrupt()
            await desk.settle()
            assert desk.place.written == b"EHLO me.test\r\n"
            assert "2 lines dropped" in desk.writer.text

        played(paste="line")(test)

    def test_lost_with_the_connection(self) -> None:
        """And told how many."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(list(self.LINES))
            await desk.settle()
            assert "2 lines that waited" in desk.writer.text

        played(Hear(b"EHLO me.test\r\n"), Say(b"421 no\r\n"), paste="line", stays=False)(test)

    def test_lost_before_the_end_is_told(self) -> None:
        """The server is gone and that has not been read yet: still one sentence, and no line of
        the paste at the prompt.
        """

        async def test(desk: Desk) -> None:
            desk.place.streams[-1].drop()
            desk.shell.paste(list(self.LINES))
            await desk.settle()
            assert "3 lines that waited" in desk.writer.text
            assert "there is no connection" not in desk.writer.text
            assert desk.view.line == ""

        played(paste="line")(test)

    def test_a_doubtful_line_goes_before_those_behind_it(self) -> None:
        """Put back to the prompt it is not overtaken, and they follow it."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(["EHLO me.test", "MAIL FROM: <a@b.test>", "RCPT TO:<c@d.test>"])
            await desk.settle()
            assert desk.shell.asks_for_a_key
            await desk.say("n")
            assert desk.view.line == "MAIL FROM: <a@b.test>"
            assert desk.place.written == b"EHLO me.test\r\n"
            await desk.say("MAIL FROM:<a@b.test>")
            assert desk.place.written.endswith(
                b"\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n"
            )

        played(*EHLO, *MAIL, *RCPT, paste="line", guard="on")(test)

    def test_a_long_paste_is_shown_on_a_few_rows(self) -> None:
        """A row for each line, as it is: the question stays on the screen."""

        async def test(desk: Desk) -> None:
            desk.shell.paste(["word " * 20_000, "  Subject:   x", "\x1b[2J"])
            shown = desk.writer.lines[-4:-1]
            assert shown[0].startswith(" | 1  word word")
            assert len(shown[0]) <= 80
            assert shown[1:3] == [" | 2    Subject:   x", r" | 3  \x1b[2J"]

        played()(test)


class TestCtrlC:
    """It always ends something, and never more than one thing."""

    def test_stops_waiting_then_offers_to_drop(self) -> None:
        """The connection stays until the learner says so."""

        async def test(desk: Desk) -> None:
            desk.shell.submit("EHLO me.test")
            assert desk.shell.waiting
            desk.shell.interrupt()
            assert not desk.shell.waiting
            assert desk.shell.connected
            desk.shell.interrupt()
            assert desk.shell.asks_for_a_key
            desk.shell.submit("y")
            await desk.settle()
            assert not desk.shell.connected

        played()(test)

    def test_a_late_reply_is_still_shown(self) -> None:
        """And the next line waits for its own again."""

        async def test(desk: Desk) -> None:
            desk.shell.submit("EHLO me.test")
            desk.shell.interrupt()
            await desk.settle()
            assert "S: 250 SIZE" in desk.writer.text
            desk.shell.submit("NOOP")
            assert desk.shell.waiting

        played(*EHLO)(test)

    def test_with_text_only_the_line_goes(self) -> None:
        """The front end has cleared it already."""

        async def test(desk: Desk) -> None:
            desk.shell.interrupt("half a line")
            assert desk.shell.question is None

        played()(test)

    def test_at_a_question_it_is_the_answer_that_does_nothing(self) -> None:
        """Whatever was asked."""

        async def test(desk: Desk) -> None:
            desk.shell.interrupt()
            desk.shell.interrupt()
            assert desk.shell.question is None
            assert desk.shell.connected

        played()(test)


class Deaf(ScriptedStream):
    """A server that lets one connect, and says nothing when hands are to be shaken."""

    async def start_tls(self, server_name: str) -> Handshake:
        await self.read()
        raise ConnectError("gone")


class TestConnecting:
    """It may take long, and be given up, or be begun anew before it is done."""

    def test_given_up_within_the_handshake_it_is_gone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It does not shake hands behind our back until the end."""
        desk = Desk(SILENCE)
        desk.place.target = Target("127.0.0.1", 465, tls=True)
        monkeypatch.setattr("tests.shell.desk.ScriptedStream", Deaf)

        async def main() -> None:
            opening = asyncio.ensure_future(desk.shell.open())
            await desk.settle()
            client = desk.shell.client
            assert client is not None
            desk.shell.interrupt()
            await opening
            assert desk.shell.client is None
            assert "Given up" in desk.writer.text
            await desk.settle()
            assert client.closed is not None
            assert "Closed" not in desk.writer.text  # "given up" has said it

        asyncio.run(main())

    def test_a_second_one_takes_the_place_of_the_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Which is not there any longer to be given up, and takes nothing away from it."""
        desk = Desk(GREET, SILENCE)
        desk.place.connect = asyncio.Event().wait

        async def main() -> None:
            first = asyncio.ensure_future(desk.shell.open())
            await desk.settle()
            desk.place.connect = None
            await desk.shell.open()
            await first
            await desk.settle()
            assert desk.shell.connected
            assert "Given up" not in desk.writer.text
            await desk.shell.shut_down()

        asyncio.run(main())


def test_a_certificate_that_comes_while_something_is_asked_is_asked_about_then() -> None:
    """Else the connection would be held for good, with no word about it."""

    async def main() -> None:
        desk = Desk(ShakeHands(), SILENCE)
        desk.place.target = Target("127.0.0.1", 465, tls=True)
        desk.shell.ask(asking.of_drop(desk.shell))
        await desk.shell.open()
        await desk.settle()
        assert desk.shell.client is not None
        assert desk.shell.client.held is not None
        await desk.say("n")
        assert isinstance(desk.shell.question, Question)
        assert "This certificate was not verified" in desk.writer.text
        await desk.say("h")
        await desk.settle()
        assert not desk.shell.connected

    asyncio.run(main())


class TestLeaving:
    """Ctrl-D and `:quit`."""

    def test_without_quit_it_warns_once_with_the_reason(self) -> None:
        """The second time it leaves."""

        async def test(desk: Desk) -> None:
            desk.shell.leave()
            assert desk.view.status is None
            assert "RFC 5321 4.1.1.10" in desk.writer.text.replace("\n |   ", " ")
            desk.shell.leave()
            assert desk.view.status == 0

        played()(test)

    def test_another_line_in_between_takes_the_first_time_back(self) -> None:
        """Two Ctrl-D half an hour apart are no second time."""

        async def test(desk: Desk) -> None:
            desk.shell.leave()
            await desk.say("NOOP")
            desk.shell.leave()
            assert desk.view.status is None

        played()(test)

    def test_after_the_server_has_closed_it_leaves_at_once(self) -> None:
        """There is nothing left to be polite to."""

        async def test(desk: Desk) -> None:
            await desk.say("QUIT")
            desk.shell.leave()
            assert desk.view.status == 0

        played(Hear(b"QUIT\r\n"), Say(b"221 bye\r\n"), stays=False)(test)


class TestLive:
    """A real server is safe by default."""

    async def letter(self, desk: Desk) -> None:
        await desk.say("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "x")

    def test_the_dot_asks_and_yes_sends(self) -> None:
        """Once."""

        async def test(desk: Desk) -> None:
            desk.place.where = "live"
            await self.letter(desk)
            await desk.say(".")
            assert not desk.place.written.endswith(b"\r\n.\r\n")
            assert "real letter to c@d.test" in desk.writer.text
            await desk.say("y")
            assert desk.place.written.endswith(b"\r\n.\r\n")

        played(*EHLO, *MAIL, *RCPT, *DATA)(test)

    def test_no_puts_the_dot_back_to_the_prompt(self) -> None:
        """The letter stays open."""

        async def test(desk: Desk) -> None:
            desk.place.where = "live"
            await self.letter(desk)
            await desk.say(".", "n")
            assert not desk.place.written.endswith(b"\r\n.\r\n")
            assert desk.view.line == "."

        played(*EHLO, *MAIL, *RCPT, *DATA)(test)


@pytest.mark.parametrize(
    ("typed", "answers"),
    [("Y", True), (" yes ", True), ("send", True), ("send it", True), ("try", False),
     ("yard", False), ("y n", False), ("", False), ("s", False)],
)  # fmt: skip
def test_a_line_answers_with_a_key_or_its_words(typed: str, answers: bool) -> None:
    """Where lines are read and not keys, a line that begins with the letter is no answer."""

    async def test(desk: Desk) -> None:
        await desk.say(
            "EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "x", "."
        )
        assert desk.shell.asks_for_a_key
        await desk.say(typed)
        assert desk.shell.asks_for_a_key != answers
        assert desk.place.written.endswith(b"\r\n.\r\n") == answers

    played(*EHLO, *MAIL, *RCPT, *DATA, where="live")(test)


def test_the_editor_writes_a_letter_with_dots_doubled_and_shown() -> None:
    """It is sent when the learner says so."""

    async def test(desk: Desk) -> None:
        await desk.say("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA")
        desk.view.edited = "Subject: x\n\n.dot\n"
        await desk.shell.edit("")
        assert "1 line begins with a dot" in desk.writer.text
        await desk.say("s")
        assert desk.place.written.endswith(b"DATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\n")
        assert "C: ..dot" in desk.writer.lines

    played(*EHLO, *MAIL, *RCPT, *DATA)(test)


def test_addresses_typed_before_are_completed() -> None:
    """On a server that we know nobody of."""

    async def test(desk: Desk) -> None:
        await desk.say("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")
        scene = desk.shell.scene()
        assert ("a@b.test", "typed before") in scene.senders
        assert ("c@d.test", "typed before") in scene.mailboxes

    played(*EHLO, *MAIL, *RCPT)(test)


def test_two_shells_in_one_process_know_nothing_of_each_other() -> None:
    """A class may sit in one process."""

    async def test(desk: Desk) -> None:
        other = Desk(GREET, *EHLO, hint_bar="off")
        await other.shell.open()
        await other.say("EHLO me.test")
        await other.shell.shut_down()
        assert desk.place.written == b""
        assert desk.shell.said == []
        assert desk.shell.options.on("hint-bar")
        assert desk.commentary.ledger.seen != other.commentary.ledger.seen

    played()(test)


@pytest.mark.parametrize(
    ("asked", "told", "never"),
    [
        (":explain S: 550 5.7.1 no", "reply code: Refused for good", "header field"),
        (":explain C: RCPT TO:<a@b.test>", "forward-path", "header field"),
        (":explain 5.7.1", "You may not do this here", "No command, code"),
        (":explain notify", "NOTIFY (parameter", "No command, code"),
        (":explain hello", "No command, code", "reply code"),
        (":explain Subject: hi", "header field", "reply code"),
    ],
)
def test_explain_takes_lines_as_they_are_written_about(asked: str, told: str, never: str) -> None:
    """With the side in front, as on the screen; and a word from a line is looked up."""

    async def test(desk: Desk) -> None:
        desk.shell.run_local(asked)
        assert told in " ".join(desk.writer.text.replace(" | ", " ").split())
        assert never not in desk.writer.text

    played()(test)
