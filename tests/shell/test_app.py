"""The terminal front end: keys in by a pipe, no terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from smtpshell.net.stream import Hear, Say, Step
from smtpshell.shell import action
from smtpshell.shell.app import TerminalFrontEnd
from smtpshell.shell.core import Shell
from smtpshell.shell.option import Options
from smtpshell.shell.pane import Pane
from smtpshell.shell.screen import Screen
from tests.shell.desk import Desk
from tests.shell.test_core import DATA, EHLO, GREET, MAIL, RCPT, SILENCE
from tests.waiting import settle, until

ENTER, TAB, UP, DOWN, RIGHT = "\r", "\t", "\x1b[A", "\x1b[B", "\x1b[C"
CTRL_C, CTRL_D, CTRL_R, CTRL_BRACKET, F1 = "\x03", "\x04", "\x12", "\x1d", "\x1bOP"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"


class Front:
    """A front end at a desk, and the keyboard that belongs to it."""

    def __init__(self, desk: Desk, keys: Callable[[str], None], front: TerminalFrontEnd) -> None:
        self.desk = desk
        self.front = front
        self._keys = keys

    async def press(self, *keys: str) -> None:
        """Press each of *keys*, and see to all that follows from it."""
        for key in keys:
            self._keys(key)
            await self.quiet()

    async def quiet(self) -> None:
        """Until nothing happens any more."""
        await settle()

    @property
    def pane(self) -> Pane:
        assert self.front.pane is not None
        return self.front.pane

    @property
    def shell(self) -> Shell:
        return self.desk.shell

    @property
    def typed(self) -> str:
        return self.front.buffer.text

    @property
    def prompt(self) -> str:
        return "".join(text for _, text in self.pane.prompt())

    @property
    def below(self) -> list[str]:
        return ["".join(text for _, text in row).rstrip() for row in self.pane.below(79)]

    @property
    def shown(self) -> str:
        return self.desk.writer.text

    @property
    def written(self) -> bytes:
        return self.desk.place.written


Test = Callable[[Front], Awaitable[None]]


def play(test: Test, *steps: Step, **options: str) -> Desk:
    """Run *test* with a front end whose server greets, plays *steps* and then is silent."""
    desk = Desk(GREET, *steps, SILENCE, **options)

    async def main() -> None:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            output = DummyOutput()
            screen = Screen(output, "dark")
            write = screen.write

            def both(lines: object) -> None:
                kept = list(lines)  # type: ignore[call-overload]  # lines, see Writer
                desk.writer.write(kept)
                write(kept)

            screen.write = both  # type: ignore[method-assign]  # as a terminal that is watched
            desk.shell.voice.writer = screen

            async def furnish() -> Shell:
                return desk.shell

            front = TerminalFrontEnd(
                screen, desk.shell.options, desk.shell.history, furnish, keys, output
            )
            running = asyncio.ensure_future(front.run())
            made = Front(desk, keys.send_text, front)
            await made.quiet()
            try:
                await test(made)
            finally:
                front.finish(0)
                await running

    asyncio.run(main())
    return desk


def test_enter_sends_the_line() -> None:
    """As it was typed, and the prompt is the state afterwards."""

    async def test(front: Front) -> None:
        assert front.prompt == "connected> "
        await front.press("EHLO me.test", ENTER)
        assert front.written == b"EHLO me.test\r\n"
        assert front.prompt == "greeted> "
        assert "connected> EHLO me.test\nC: EHLO me.test\nS: 250-mail.test" in front.shown

    play(test, *EHLO)


def test_the_typed_line_may_make_room_for_its_lane() -> None:
    """For small screens."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER)
        assert "connected> EHLO" not in front.shown

    play(test, *EHLO, typed="replace")


def test_tab_completes_and_the_menu_says_what_for() -> None:
    """With the key's own drawing, and without a space behind the colon."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "m")
        assert front.below[0].startswith("   MAIL FROM:<  ")
        await front.press(TAB)
        assert front.typed == "MAIL FROM:<"
        assert front.below[0].startswith(" > MAIL FROM:<")

    play(test, *EHLO)


def test_tab_goes_on_from_the_only_completion() -> None:
    """It does not take it back; next comes what may stand behind it."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "mail f", TAB, TAB)
        assert front.typed == "MAIL FROM:<"
        assert front.below[0].startswith("   ana@office.test>")
        await front.press(TAB)
        assert front.typed == "MAIL FROM:<ana@office.test>"

    play(test, *EHLO)


def test_the_menu_can_be_kept_away() -> None:
    """Then only Tab brings it."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "m")
        assert len(front.below) == 1
        await front.press(TAB)
        assert front.typed == "MAIL FROM:<"

    play(test, *EHLO, complete="off")


def test_an_exam_helps_with_nothing() -> None:
    """No menu, no hint, no remark, no guess."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "MAIL FROM: <", TAB)
        assert front.typed == "MAIL FROM: <"
        assert front.below == []
        assert front.front.guess() == ""

    play(test, *EHLO, verbosity="exam")


def test_the_guess_is_taken_with_the_right_arrow() -> None:
    """What comes next in this session."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "MA")
        assert front.front.guess() == "IL FROM:<ana@office.test>"
        await front.press(RIGHT)
        assert front.typed == "MAIL FROM:<ana@office.test>"
        await front.press(RIGHT)
        assert front.typed == "MAIL FROM:<ana@office.test>"

    play(test, *EHLO)


def test_remarks_come_while_typing() -> None:
    """Under the odd place."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, "MAIL FROM: <a")
        at = len("greeted> MAIL FROM:")
        assert front.below[0][at:].startswith("^ No space belongs")
        assert front.below[0][:at].strip() == ""

    play(test, *EHLO)


def test_colours_cover_the_line() -> None:
    """Whatever was typed, every character once."""

    async def test(front: Front) -> None:
        for line in ("MAIL FROM: <a@b", "\u202ex", "  ", ":state", "Subject: \u201cx\u201d"):
            await front.press(CTRL_C if front.typed else "", line)
            colours = front.pane.colours(line)
            assert "".join(part[1] for part in colours) == line

    play(test, *EHLO)


def test_ctrl_bracket_opens_a_local_line_anywhere() -> None:
    """Also in a letter; what was being typed comes back."""

    async def test(front: Front) -> None:
        await front.press(
            *(key for line in ("EHLO me.test", "MAIL FROM:<a@b.test>") for key in (line, ENTER)),
            *(key for line in ("RCPT TO:<c@d.test>", "DATA") for key in (line, ENTER)),
        )
        assert front.prompt == "letter: "
        await front.press("Dear", CTRL_BRACKET)
        assert (front.prompt, front.typed) == ("local: :", "")
        await front.press("sta", TAB)
        assert front.typed == "state"
        await front.press(ENTER)
        assert (front.prompt, front.typed) == ("letter: ", "Dear")
        assert " | state" in front.shown
        await front.press(CTRL_BRACKET, CTRL_BRACKET)
        assert front.typed == "Dear"
        assert front.written.endswith(b"DATA\r\n")

    play(test, *EHLO, *MAIL, *RCPT, *DATA)


def test_f1_explains_the_line_or_the_last_reply() -> None:
    """And leaves the line as it is."""

    async def test(front: Front) -> None:
        await front.press("EHLO", F1)
        assert " | EHLO  command: " in front.shown
        assert front.typed == "EHLO"
        await front.press(CTRL_C, F1)
        assert " | 220 mail.test ready" in front.shown

    play(test)


def test_ctrl_c_clears_the_line_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at an empty prompt it offers to drop, and a key answers, also after a wrong one."""
    monkeypatch.setattr(action, "A_MOMENT", 0.0)

    async def test(front: Front) -> None:
        await front.press("half", CTRL_C)
        assert (front.typed, front.shell.question) == ("", None)
        await front.press(CTRL_C)
        assert front.prompt == "y = yes, n = no: "
        await front.press("x")
        assert front.shell.question is not None
        await front.press("n")
        assert front.shell.question is None
        assert front.shell.connected

    play(test)


def test_no_letter_of_a_word_answers_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types on without having read it is told, and nothing is done or sent."""
    monkeypatch.setattr(action, "A_MOMENT", 600.0)

    async def test(front: Front) -> None:
        await front.press(CTRL_C, *":why", ENTER)
        assert front.prompt == "y = yes, n = no: "
        assert "A question is open, so that was not sent" in front.shown
        await front.press("Y")
        assert not front.shell.connected
        assert front.written == b""

    play(test)


@pytest.mark.parametrize("word", ["no", "n", "NO", "nein"])
def test_an_answer_may_be_a_word_and_enter(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first letter is the answer, and the rest goes nowhere, but for the next line."""
    monkeypatch.setattr(action, "A_MOMENT", 600.0)

    async def test(front: Front) -> None:
        await front.press(CTRL_C, *word, ENTER)
        assert (front.typed, front.written) == ("", b"")
        assert "empty line" not in front.shown
        await front.press(*"NOOP", ENTER)
        assert front.written == b"NOOP\r\n"

    play(test)


def test_an_empty_line_a_while_after_an_answer_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the header of a letter."""
    monkeypatch.setattr(action, "A_MOMENT", 0.0)

    async def test(front: Front) -> None:
        await front.press(CTRL_C, "n", ENTER)
        assert "an empty line is no command" in front.shown

    play(test)


def test_what_was_being_typed_waits_beside_a_question() -> None:
    """It is neither sent nor taken for an answer."""

    async def test(front: Front) -> None:
        await front.press(f"{PASTE}NOOP\rRSET\rQU{PASTE_END}")
        assert front.typed == ""
        assert "2 lines were pasted." in front.shown
        await front.press("d")
        assert front.typed == "QU"
        assert front.written == b""

    play(test)


def test_a_paste_at_a_question_is_not_lost_without_a_word() -> None:
    """One key that was pasted answers like any other."""

    async def test(front: Front) -> None:
        await front.press(CTRL_C, f"{PASTE}NOOP\rRSET\r{PASTE_END}")
        assert "A question is open: answer it, then paste again." in front.shown
        assert front.shell.asks_for_a_key
        await front.press(f"{PASTE}n{PASTE_END}")
        assert front.shell.question is None
        assert front.written == b""

    play(test)


def test_a_paste_of_one_line_is_typed_text() -> None:
    """Nothing is sent by it."""

    async def test(front: Front) -> None:
        await front.press(f"{PASTE}NOOP{PASTE_END}")
        assert (front.typed, front.written) == ("NOOP", b"")

    play(test)


def test_pasted_lines_go_out_one_per_reply() -> None:
    """None glued, none half sent."""

    async def test(front: Front) -> None:
        lines = "EHLO me.test\rMAIL FROM:<a@b.test>\rRCPT TO:<c@d.test>\rDA"
        await front.press(f"{PASTE}{lines}{PASTE_END}", "l")
        assert front.written.count(b"\r\n") == 3
        assert front.typed == "DA"

    play(test, *EHLO, *MAIL, *RCPT)


def test_lines_typed_while_a_reply_is_due_wait() -> None:
    """As a paste without brackets arrives."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test\rMAIL FROM:<a@b.test>\rRCP")
        assert front.written.endswith(b"MAIL FROM:<a@b.test>\r\n")
        assert front.typed == "RCP"

    play(test, *EHLO, *MAIL)


def test_an_unasked_line_leaves_what_is_typed_alone() -> None:
    """It is shown at once."""

    async def test(front: Front) -> None:
        await front.press("RCPT TO:<an")
        front.desk.place.streams[-1].written += b"!"
        front.desk.place.streams[-1]._change.set()
        await front.quiet()
        assert "S: 421 closing" in front.shown
        assert front.typed == "RCPT TO:<an"

    play(test, Hear(b"!"), Say(b"421 closing\r\n"))


def test_history_is_walked_and_searched_without_letters_and_logins() -> None:
    """Up and Ctrl-R see only commands."""

    async def test(front: Front) -> None:
        for line in ("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA"):
            await front.press(line, ENTER)
        await front.press("secret letter", ENTER)
        await front.press(UP)
        assert front.typed == "DATA"
        await front.press(UP, UP)
        assert front.typed == "MAIL FROM:<a@b.test>"
        await front.press(CTRL_C, CTRL_R, "EHLO", ENTER)
        assert front.typed == "EHLO me.test"

    play(test, *EHLO, *MAIL, *RCPT, *DATA)


@pytest.mark.parametrize(("keys", "mode"), [("emacs", EditingMode.EMACS), ("vi", EditingMode.VI)])
def test_editing_keys(keys: str, mode: EditingMode) -> None:
    """Chosen at the start or later."""

    async def test(front: Front) -> None:
        assert front.front.application.editing_mode == mode
        await front.press(":set keys emacs", ENTER)
        assert front.front.application.editing_mode == EditingMode.EMACS

    play(test, keys=keys)


def test_vi_keys_edit_the_line() -> None:
    """Escape, 0, x: the first character goes."""

    async def test(front: Front) -> None:
        front.front.application.ttimeoutlen = 0.0
        await front.press("XNOOP", "\x1b")
        vi = front.front.application.vi_state
        await until(lambda: vi.input_mode.value == "vi-navigation")
        await front.press("0", "x")
        assert front.typed == "NOOP"

    play(test, keys="vi")


def test_ctrl_d_leaves_at_the_second_time() -> None:
    """With a reason at the first; in a line it deletes."""

    async def test(front: Front) -> None:
        await front.press("NOOP", "\x01", CTRL_D)
        assert front.typed == "OOP"
        await front.press(CTRL_C, CTRL_D)
        assert "QUIT was not said" in front.shown
        assert not front.front.application.is_done
        await front.press(CTRL_D)
        assert not front.front.application.is_running

    play(test)


def test_login_helper_asks_in_secret_and_leaves_sending_to_the_learner() -> None:
    """The password is neither shown nor kept."""

    async def test(front: Front) -> None:
        await front.press(":auth PLAIN ana", ENTER)
        assert front.prompt == "Password of ana (not shown): "
        assert front.pane.hidden()
        await front.press("secret", ENTER)
        assert front.typed == "AUTH PLAIN AGFuYQBzZWNyZXQ="
        assert "authcid ana, NUL, password ******" in front.shown.replace("\n | ", " ")
        assert front.written == b""
        await front.press(ENTER)
        assert front.written == b"AUTH PLAIN AGFuYQBzZWNyZXQ=\r\n"
        assert front.shell.login is None
        assert not any("AUTH PLAIN" in line for line in front.shell.history.get_strings())

    done = Say(b"235 welcome\r\n")
    play(test, Hear(b"AUTH PLAIN AGFuYQBzZWNyZXQ=\r\n"), done)


@pytest.mark.skipif(os.name == "nt", reason="there is no Ctrl-Z")
def test_ctrl_z_works_at_a_question_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nobody's answer, and the question stands there again afterwards."""
    stopped: list[int] = []
    monkeypatch.setattr("os.kill", lambda group, signal: stopped.append(group))

    async def test(front: Front) -> None:
        await front.press(CTRL_C)
        assert front.shell.asks_for_a_key
        await front.press("\x1a")
        assert stopped == [0]
        assert front.shell.asks_for_a_key
        assert front.front.screen.prompt_stands

    play(test)


def test_a_password_that_was_begun_goes_with_its_question() -> None:
    """Ctrl-C leaves it; it does not come to stand at the prompt, in clear and one Enter away."""

    async def test(front: Front) -> None:
        await front.press(":auth PLAIN ana", ENTER, "secret", CTRL_C)
        assert front.shell.question is None
        assert front.typed == ""
        await front.press(":auth PLAIN", ENTER, "dora", CTRL_C)
        assert front.typed == ""

    play(test)


def test_a_pasted_password_has_no_line_end() -> None:
    """Password managers copy one along."""

    async def test(front: Front) -> None:
        await front.press(":auth PLAIN ana", ENTER, f"{PASTE}secret\r{PASTE_END}")
        assert front.typed == "secret"
        await front.press(ENTER)
        assert front.typed == "AUTH PLAIN AGFuYQBzZWNyZXQ="

    play(test)


def test_login_helper_answers_each_334() -> None:
    """The next answer stands at the prompt when the challenge is in."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, ":auth LOGIN ana", ENTER, "pw", ENTER)
        assert front.typed == "AUTH LOGIN"
        await front.press(ENTER)
        assert (front.prompt, front.typed) == ("auth: ", "YW5h")
        await front.press(ENTER)
        assert front.typed == "cHc="
        await front.press(ENTER)
        assert front.prompt == "greeted> "

    play(
        test,
        *EHLO,
        *(Hear(b"AUTH LOGIN\r\n"), Say(b"334 VXNlcm5hbWU6\r\n")),
        *(Hear(b"YW5h\r\n"), Say(b"334 UGFzc3dvcmQ6\r\n")),
        *(Hear(b"cHc=\r\n"), Say(b"235 ok\r\n")),
    )


def test_an_answer_is_not_that_of_another_way_to_log_in() -> None:
    """What was built for LOGIN is dropped, password and all, when CRAM-MD5 was typed after it."""

    async def test(front: Front) -> None:
        await front.press("EHLO me.test", ENTER, ":auth LOGIN ana", ENTER, "pw", ENTER)
        await front.press("\x15", "AUTH CRAM-MD5", ENTER)
        assert (front.prompt, front.typed, front.shell.login) == ("auth: ", "", None)

    play(test, *EHLO, Hear(b"AUTH CRAM-MD5\r\n"), Say(b"334 PGFAYi50ZXN0Pg==\r\n"))


@pytest.mark.skipif(os.name == "nt", reason="the editor is a shell script")
def test_the_editor_gets_a_draft_and_gives_a_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-X Ctrl-E in a letter."""
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\ncp "$1" "$0.seen"\nprintf "Subject: x\\n\\n.y\\n" > "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))

    async def test(front: Front) -> None:
        for line in ("EHLO me.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA"):
            await front.press(line, ENTER)
        await front.press("\x18\x05")
        await until(lambda: front.shell.question is not None)
        await front.press("s")
        assert front.written.endswith(b"DATA\r\nSubject: x\r\n\r\n..y\r\n.\r\n")

    play(test, *EHLO, *MAIL, *RCPT, *DATA)
    seen = (tmp_path / "editor.seen").read_text()
    assert seen == "From: <a@b.test>\nTo: <c@d.test>\nSubject: \n\n"


@pytest.mark.skipif(os.name == "nt", reason="the editor is a shell script")
def test_ctrl_c_in_the_editor_is_the_editors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reaches us as well, as a signal, and means nothing to us then."""
    script = tmp_path / "editor"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nread line < {tmp_path}/end\n")
    script.chmod(0o700)
    os.mkfifo(tmp_path / "end")
    monkeypatch.setenv("VISUAL", str(script))

    async def test(front: Front) -> None:
        await front.press("NOOP", "\x18\x05")
        await until(lambda: (tmp_path / "begun").exists())
        assert front.front.screen.is_lent
        front.front.application.key_processor.send_sigint()
        await front.quiet()
        assert front.shell.question is None
        (tmp_path / "end").write_text("x\n")
        await until(lambda: not front.front.screen.is_lent)
        await front.quiet()
        assert front.typed == "NOOP"

    play(test)


async def test_lines_typed_before_the_shell_is_there_are_kept() -> None:
    """And sent when it is their turn."""
    desk = Desk(GREET, *EHLO, SILENCE)

    with create_pipe_input() as keys:
        output = DummyOutput()
        ready = asyncio.Event()

        async def furnish() -> Shell:
            await ready.wait()
            return desk.shell

        screen = Screen(output, "dark")
        front = TerminalFrontEnd(screen, Options(), desk.shell.history, furnish, keys, output)
        running = asyncio.ensure_future(front.run())
        made = Front(desk, keys.send_text, front)
        await made.quiet()
        await made.press(":state\rEHLO me.test\rMA", CTRL_C, "MAI")
        ready.set()
        await made.quiet()
        assert (made.written, made.typed) == (b"EHLO me.test\r\n", "MAI")
        assert "say EHLO to learn it" in desk.writer.text  # what :state said, before the EHLO
        front.finish(0)
        await running


async def test_an_exception_of_ours_ends_the_shell_and_is_seen() -> None:
    """After the terminal has been restored."""
    with create_pipe_input() as keys:

        async def furnish() -> Shell:
            raise ZeroDivisionError

        output = DummyOutput()
        front = TerminalFrontEnd(
            Screen(output, "dark"), Options(), Desk().shell.history, furnish, keys, output
        )
        with pytest.raises(ZeroDivisionError):
            await front.run()
        assert not front.application.is_running
