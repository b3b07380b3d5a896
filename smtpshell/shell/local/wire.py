"""Local commands around the connection: :connect :disconnect :drop :restart :save :quit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from smtpshell.catalogue import marked, tr
from smtpshell.errors import UsageError
from smtpshell.net.target import parse_target
from smtpshell.shell.local.registry import Pairs, local
from smtpshell.shell.place import LivePlace
from smtpshell.shell.practice import PracticePlace
from smtpshell.smtp.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smtpshell.shell.core import Shell

_CONNECT_WORDS = (
    ("practice", marked("the practice server of this shell")),
    ("--tls", marked("TLS from the first byte (port 465)")),
    ("--starttls", marked("STARTTLS is required (port 587); you still type it")),
    ("--lmtp", marked("LMTP instead of SMTP")),
    ("--cafile", marked("a file of certificates to trust")),
)


def _servers(shell: Shell, typed: str) -> Pairs:
    yield from ((name, marked("a server of this lesson")) for name in shell.place.servers())
    yield from _CONNECT_WORDS


@local(
    "connect",
    "c",
    ":connect [HOST[:PORT]] [--tls|--starttls] [--lmtp] [--cafile FILE]",
    "connects to a server you name, or to the last one",
    "`:connect` opens a new session with the same server, `:connect practice` goes back to the"
    " practice server, `:connect HOST` leaves it for a real one, where mail is real. A lesson with"
    " several servers has a name for each. What was open before is closed.",
    _servers,
)
async def connect(shell: Shell, argument: str) -> None:
    words = argument.split()
    here = shell.practice or shell.place
    if words == ["practice"]:
        if not isinstance(shell.place, PracticePlace):
            await shell.move(shell.practice or PracticePlace(records=shell.place.records))
            return
    elif len(words) == 1 and here.turn_to(words[0]):
        if shell.place is not here:
            await shell.move(here)
            return
    elif words:
        if "practice" in words:
            raise UsageError(tr("the practice server takes no options"), hint=":connect practice")
        _check_is_host(words[0], here.servers())
        await shell.move(_live_place(shell, words))
        return
    await shell.open()


def _check_is_host(word: str, servers: tuple[str, ...]) -> None:
    """A name mistyped in a lesson with these *servers* leads to no real host."""
    if servers and word.isalpha() and word != "localhost":
        raise UsageError(
            tr("the lesson has no server called {word}", word=printable(word)),
            hint=tr("its servers are {names}", names=", ".join(servers)),
        )


def _live_place(shell: Shell, words: list[str]) -> LivePlace:
    flags = {"--tls": False, "--starttls": False, "--lmtp": False}
    cafile = ""
    hosts = []
    rest = iter(words)
    for word in rest:
        if word in flags:
            flags[word] = True
        elif word == "--cafile":
            cafile = next(rest, "")
            if not cafile:
                raise UsageError(tr("which file? {option}", option="--cafile FILE"))
        elif word.startswith("-"):
            known = ", ".join([*flags, "--cafile FILE"])
            raise UsageError(
                tr("there is no option {word}", word=repr(word)),
                hint=tr("known are {known}", known=known),
            )
        else:
            hosts.append(word)
    if len(hosts) == 2 and hosts[1].isascii() and hosts[1].isalnum():
        host = hosts[0] if hosts[0].startswith("[") or ":" not in hosts[0] else f"[{hosts[0]}]"
        hosts = [f"{host}:{hosts[1]}"]  # as telnet takes it
    if len(hosts) != 1:
        raise UsageError(tr("which server?"), hint=":connect HOST[:PORT]")
    target = parse_target(
        hosts[0], tls=flags["--tls"], starttls=flags["--starttls"], lmtp=flags["--lmtp"]
    )
    return LivePlace(target, cafile, shell.place.records)


@local(
    "disconnect",
    "p",
    ":disconnect",
    "closes the connection without QUIT",
    "The connection is closed properly, but SMTP's own good-bye is missing. QUIT is the polite"
    " way.",
)
async def disconnect(shell: Shell, argument: str) -> None:
    if not shell.connected:
        raise UsageError(tr("there is no connection"))
    await shell.hang_up()


@local(
    "drop",
    "x",
    ":drop",
    "cuts the connection, as if the cable were pulled",
    "Nothing is said and nothing is finished. See what a server makes of it: what was accepted"
    " stays accepted, what was under way is lost.",
)
def drop(shell: Shell, argument: str) -> None:
    if not shell.connected:
        raise UsageError(tr("there is no connection"))
    shell.drop()


def _personalities(shell: Shell, typed: str) -> Pairs:
    from smtpshell.resource import lessons_dir

    first, space, _ = typed.partition(" ")
    kind = "scenarios" if space else "personalities"
    begin = f"{first} " if space else ""
    own = shell.place.folders if isinstance(shell.place, PracticePlace) else ()
    folders = [*own, lessons_dir() / "sandbox"]
    found = {path.stem for folder in folders for path in (folder / kind).glob("*.toml")}
    return [(begin + name, "") for name in sorted(found)]


@local(
    "restart",
    "g",
    ":restart [PERSONALITY [SCENARIO]]",
    "a new practice server, with empty mailboxes",
    "Everything begins again: the server, its mailboxes, its queue and its counters. What you have"
    " come to know of the notes stays. With a name it is another server from now on, as in"
    " `:restart fcrdns-strict`, and with a second one another house.",
    _personalities,
)
async def restart(shell: Shell, argument: str) -> None:
    if not isinstance(shell.place, PracticePlace):
        raise UsageError(
            tr("only the practice server can be started anew"), hint=tr(":connect again?")
        )
    said = argument.split()
    if len(said) > 2:
        raise UsageError(tr("a personality and a scenario, please"), hint=":restart postfix-like")
    place = shell.place
    if said and shell.tutor is not None:
        raise given_by_lesson(tr("without names it empties this server's mailboxes"))
    if said:
        _check_names(said, place.folders)
    await shell.hang_up()
    await place.close()
    if said:
        place.personality, place.scenario = said[0], said[1] if len(said) > 1 else ""
        shell.voice.say(
            tr("From now on the practice server is {personality}.", personality=place.personality)
        )
    await shell.open()


def given_by_lesson(hint: str) -> UsageError:
    """What to say to whoever wants another server than those of the lesson."""
    return UsageError(tr("the lesson says which servers there are"), hint=hint)


def _check_names(said: list[str], folders: Sequence[Path]) -> None:
    """Before anything is closed: do they exist, and can they be read?"""
    from smtpshell.sandbox.nature.personality import load_personality
    from smtpshell.sandbox.nature.scenario import load_scenario

    load_personality(said[0], [folder / "personalities" for folder in folders])
    if len(said) > 1:
        load_scenario(said[1], [folder / "scenarios" for folder in folders])


@local(
    "save",
    "k",
    ":save FILE",
    "copies the transcript of this connection to a file",
    "The transcript is written as things happen; this copies what there is. Passwords are not in"
    " it. `smtpshell replay FILE` shows it again with its notes.",
)
def save(shell: Shell, argument: str) -> None:
    if not argument:
        raise UsageError(tr("into which file?"), hint=":save first.smtp")
    path = os.path.expanduser(argument)
    size = shell.place.records.save(path)
    shell.voice.say(tr("{path}: {size} octets. Passwords are left out.", path=path, size=size))


@local(
    "quit",
    "q",
    ":quit",
    "leaves the shell",
    "If the session is still open it says what is lost by leaving; a second :quit leaves. SMTP's"
    " own QUIT is typed without the colon.",
)
def quit_(shell: Shell, argument: str) -> None:
    shell.leave(":quit")
