"""Local commands around the line: :again :fix :raw :auth :edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import counted, marked, tr
from smtpshell.errors import UsageError
from smtpshell.shell import asking
from smtpshell.shell.fix import fixed
from smtpshell.shell.history import holds_secret
from smtpshell.shell.letter import draft, letter_lines, stuffed
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.smtp.printable import printable
from smtpshell.smtp.state import Mode

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from smtpshell.shell.core import Shell


def _servers(shell: Shell, typed: str) -> Pairs:
    if not typed.startswith("on "):
        return [("on ", marked("says your lines to another server and compares"))]
    from smtpshell.resource import personalities

    return [(f"on {name}", "") for name in personalities() if name.startswith(typed[3:])]


@local(
    "again",
    "a",
    ":again [on SERVER]",
    "your last line; or all your lines, on another server",
    "`:again` puts your last line at the prompt, to be changed and sent; Up and Ctrl-R bring older"
    " ones. `:again on exim-like` says all your lines of this session to a practice server of that"
    " kind, with the same people and the same seed, and shows where it answers differently and why."
    " Your own session stays as it is. SERVER may also be a server on this machine,"
    " `localhost:2525`, or one elsewhere: then you are asked first, and passwords are left out."
    " Lines whose meaning hangs on an answer (a letter after DATA, a password after 334) are not"
    " sent where that answer did not come.",
    _servers,
)
def again(shell: Shell, argument: str) -> Awaitable[None] | None:
    word, _, name = argument.partition(" ")
    if word == "on":
        from smtpshell.shell.local.again import again_on

        return again_on(shell, name.strip())
    if argument:
        raise UsageError(f"{printable(argument)}?", hint=tr(":again, or :again on SERVER"))
    shell.view.prefill(_last_line(shell))
    return None


def _last_line(shell: Shell) -> str:
    if not shell.said:
        raise UsageError(tr("no line has been sent yet in this shell"))
    if holds_secret(shell.said[-1]):
        raise UsageError(
            tr("your last line was a login, and those are not brought back"),
            hint=tr(":auth builds it anew"),
        )
    return shell.said[-1]


@local(
    "fix",
    "f",
    ":fix",
    "your last line corrected, to be looked at and sent",
    "Mends what can be mended without knowing what you meant: spaces around the colon, missing"
    " brackets, typographic quotes, a verb with one letter wrong, a list of addresses (the first"
    " is kept, the others follow with RCPT lines of their own). Look at it, then press Enter.",
)
def fix(shell: Shell, argument: str) -> None:
    line = argument or _last_line(shell)
    better, changes = fixed(line, shell.scene())
    if better == line:
        shell.voice.say(tr("Nothing in that line can be mended by rule. :explain takes it apart."))
        return
    for change in changes:
        shell.voice.say(change)
    shell.voice.say(tr("Corrected, not sent: {better}", better=printable(better)))
    shell.view.prefill(better)


@local(
    "raw",
    "l",
    r":raw TEXT\r\n",
    r"sends exactly these bytes (\r \n \t \\ \xNN)",
    "For experiments with line ends and odd bytes. No line end is added. On a real server it asks"
    " first.",
)
def raw(shell: Shell, argument: str) -> None:
    from smtpshell.transcript.format import EscapeError, unescape

    try:
        data = unescape(argument.encode("utf-8", "surrogateescape"))
    except EscapeError as error:
        raise UsageError(
            str(error), hint=tr("escapes are \\r \\n \\t \\\\ and \\x00 to \\xff")
        ) from None
    if not data:
        raise UsageError(tr("which bytes?"), hint=":raw NOOP\\r\\n")
    if not shell.connected:
        raise UsageError(tr("there is no connection"), hint=tr(":connect opens one"))

    def send() -> None:
        shell.send_bytes(data, typed=f":raw {argument}")

    if shell.place.where == "live" and shell.options.on("confirm"):
        shell.ask(asking.of_raw_bytes(shell, send))
    else:
        send()


@local(
    "send",
    "",
    ":send LINE",
    "sends the line to the server, whatever it looks like",
    "For a line that would otherwise be an answer to a question of the lesson, as `2` or `yes`.",
)
def send(shell: Shell, argument: str) -> None:
    if not argument:
        raise UsageError(tr("which line?"), hint=":send 2")
    if not shell.connected:
        raise UsageError(tr("there is no connection"), hint=tr(":connect opens one"))
    shell.say(argument)


def _mechanisms(shell: Shell, typed: str) -> Pairs:
    offered = shell.narrator.session.offered.get("AUTH", ())
    return [(name, shell.commentary.meaning("mechanism", name.upper())) for name in offered]


@local(
    "auth",
    "u",
    ":auth [MECHANISM] [USER]",
    "builds a login, or the answer to a 334, step by step",
    "Asks for user and password, shows what goes into the line and what base64 makes of it, and"
    " puts the line at the prompt. You send it with Enter. At the auth: prompt (through Ctrl-]) it"
    " builds the answer that the last 334 wants. Passwords are not kept anywhere.",
    _mechanisms,
)
def auth(shell: Shell, argument: str) -> None:
    from smtpshell.shell.login import begin_login

    begin_login(shell, argument)


async def edit_letter(shell: Shell, typed: str) -> None:
    """Write the line or, where a letter is open or could be, the whole letter in an editor."""
    session = shell.narrator.session
    in_letter = session.mode is Mode.TEXT
    envelope = session.envelope
    if in_letter and not shell.narrator.letter.lines and not typed:
        sender = envelope.reverse_path.mailbox if envelope.reverse_path is not None else ""
        text = draft(sender or "", [r.path.mailbox or "" for r in envelope.accepted if r.path])
    else:
        text = typed
    written = await shell.view.edit(text)
    lines = letter_lines(written) if written is not None else []
    if not lines or ((written or "").strip() == text.strip() and in_letter):
        shell.voice.say(tr("Nothing came back from the editor; nothing was sent."))
        shell.view.prefill(typed)
        return
    if not in_letter:
        _take_lines(shell, lines)
        return
    dots = sum(line.startswith(".") for line in lines)
    if dots:
        shell.voice.say(
            counted(
                dots,
                "{count} line begins with a dot and gets a second one, which the server takes away"
                " again (RFC 5321 4.5.2).",
                "{count} lines begin with a dot and get a second one, which the server takes away"
                " again (RFC 5321 4.5.2).",
            )
        )
    words = counted(len(lines), "{count} line.", "{count} lines.")
    shell.ask(asking.of_letter(shell, words, [stuffed(line) for line in lines]))


def _take_lines(shell: Shell, lines: list[str]) -> None:
    if len(lines) == 1:
        shell.view.prefill(lines[0])
    else:
        shell.paste(lines)
