"""Letters that have to be safe before anybody is told that they were taken: mind, disk, server."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.sandbox.mind.part import Part
from smtpshell.sandbox.mind.responder import Wish
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.start import start
from smtpshell.sandbox.wire import maildir
from smtpshell.sandbox.wire.maildir import OUTGOING, Maildirs
from smtpshell.sandbox.world.keeping import LEAVING, KeepingWorld
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk

ANA = "ana@office.test"
BODY = b"Subject: hello\r\n\r\nText.\r\n.\r\n"


def keeping_part(door: str = "mx", rules: str = "", folder: Path | None = None) -> Part:
    """A door of a server whose letters have to be kept."""
    folders = []
    if rules and folder is not None:
        head = 'format = 1\nkind = "personality"\nid = "own"\nlike = "by-the-book"\n'
        head += 'about = "Its own."\n'
        (folder / "own.toml").write_text(head + rules)
        folders = [folder]
    scenario = load_scenario("small-office")
    name = "own" if folders else "by-the-book"
    return Part(load_personality(name, folders, scenario.house), KeepingWorld(scenario), door)


def world_of(talk: Talk) -> KeepingWorld:
    world = talk.part.world
    assert isinstance(world, KeepingWorld)
    return world


def brought(part: Part, *rcpts: str) -> Talk:
    """A client that has just sent the last octet of a letter."""
    talk = Talk(part)
    talk.say("LHLO desk7.office.test" if part.lmtp else HELLO, MAIL)
    talk.say(*(rcpts or (RCPT,)), "DATA")
    assert talk.send(BODY) == ""
    return talk


# ---------------------------------------------------------------- the mind


def test_a_letter_is_acknowledged_when_it_is_kept() -> None:
    """Nothing is said, and nothing that follows is answered, until the owner says it is safe."""
    talk = brought(keeping_part())
    copies = world_of(talk).take_unkept()
    assert [box for box, _ in copies] == [ANA]
    assert talk.send(b"NOOP\r\n") == ""
    assert talk.wait(1e6) == ""
    said = talk.responder.kept(talk.now, safe=True).decode()
    assert said.startswith("250 2.0.0")
    assert said.count("250 ") == 2
    assert talk.say("QUIT").startswith("221")


@pytest.mark.parametrize("door", ["mx", "lmtp"])
def test_a_letter_that_cannot_be_kept_is_refused_for_now(door: str) -> None:
    """452, in LMTP to each recipient; the letter is in no mailbox, and the session goes on."""
    talk = brought(keeping_part(door), RCPT, "RCPT TO:<ben@office.test>")
    world = world_of(talk)
    copies = world.take_unkept()
    assert len(copies) == 2
    world.withdraw(copies)
    said = talk.responder.kept(talk.now, safe=False).decode()
    assert [line[:9] for line in said.splitlines()] == ["452 4.3.1"] * (2 if door == "lmtp" else 1)
    assert not any(world.mailboxes.values())
    assert not world.happenings
    assert world.octets == 0
    assert talk.view.letters == 0
    reason = talk.view.last_reason
    assert reason is not None
    assert "could not be written to disk" in reason.words
    assert talk.say(MAIL).startswith("250")


def test_the_last_chunk_waits_too() -> None:
    """BDAT LAST is an end of a letter like any other; the chunks before it are not."""
    talk = Talk(keeping_part())
    talk.say(HELLO, MAIL, RCPT)
    assert talk.send(b"BDAT 6\r\nab\r\n\r\n").startswith("250")
    assert talk.send(b"BDAT 4 LAST\r\ncd\r\n") == ""
    world_of(talk).take_unkept()
    assert talk.responder.kept(talk.now, safe=True).startswith(b"250 2.0.0")


def test_a_delay_counts_from_the_end_of_the_letter(tmp_path: Path) -> None:
    """A rule that is slow at DOT is not made slower by the disk."""
    part = keeping_part(rules='[rules.slow]\nat = "DOT"\ndelay = 5\n', folder=tmp_path)
    talk = brought(part)
    world_of(talk).take_unkept()
    assert talk.responder.kept(talk.now + 1, safe=True) == b""
    assert talk.responder.wish is Wish.WAIT
    assert talk.wait(5).startswith("250 2.0.0")


def test_nothing_is_said_to_who_is_gone_or_being_sent_away() -> None:
    """The disk may answer later than everybody else."""
    talk = brought(keeping_part())
    talk.responder.closed(talk.now)
    assert talk.responder.kept(talk.now, safe=True) == b""
    talk = brought(keeping_part())
    world_of(talk).take_unkept()
    assert talk.responder.stopped(talk.now).startswith(b"421")
    assert talk.responder.kept(talk.now, safe=True) == b""


def test_what_goes_elsewhere_is_kept_as_well() -> None:
    """A letter that leaves was acknowledged like any other."""
    talk = brought(keeping_part(), "RCPT TO:<forward@office.test>")
    copies = world_of(talk).take_unkept()
    assert LEAVING in [box for box, _ in copies]
    world_of(talk).withdraw(copies)
    assert not world_of(talk).outgoing.entries()


def test_memory_is_no_limit_where_there_is_a_disk() -> None:
    """The oldest letters make way in memory, and a copy of the world keeps nothing."""
    talk = brought(keeping_part())
    world = world_of(talk)
    world.room = world.octets + 10
    assert world.has_room(20)
    assert world.mailboxes[ANA] == []
    assert world.octets == 0
    assert not world.has_room(world.room + 1)
    twin = world.copy()
    assert not twin.keeps
    assert not twin.unkept


# ---------------------------------------------------------------- the disk


def files_in(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_maildirs_are_private_and_letters_are_whole(tmp_path: Path) -> None:
    """One Maildir a mailbox, folders 0700, files 0600 in `new`, with the trace fields in front."""
    talk = brought(keeping_part())
    maildirs = Maildirs(tmp_path / "deep" / "mail", world_of(talk).own_mailboxes())
    maildirs.keep(world_of(talk).take_unkept())
    [name] = files_in(tmp_path / "deep" / "mail")
    assert name.startswith("ana/new/1767605400.")
    kept = tmp_path / "deep" / "mail" / name
    assert kept.read_bytes().startswith(b"Return-Path: <ada@far.test>\r\nReceived: from ")
    assert kept.read_bytes().endswith(b"\r\n\r\nText.\r\n")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_folders_are_on_the_disk_as_far_up_as_they_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that is safe in a folder is not, if nothing says any more where the folder is."""
    safe: list[Path] = []
    monkeypatch.setattr(maildir, "_to_disk", safe.append)
    root = tmp_path / "very" / "deep" / "mail"
    Maildirs(root, [ANA])
    assert {root / "ana", root, root.parent, tmp_path / "very", tmp_path} == set(safe)


@pytest.mark.parametrize(
    "box",
    ["../../etc@a.test", "a/b@a.test", ".@a.test", "\u0237@a.test", "a\0@a.test", "x" * 300],
)
def test_no_folder_is_named_by_a_stranger(tmp_path: Path, box: str) -> None:
    """What is no plain name becomes a number."""
    talk = brought(keeping_part())
    [(_, message)] = world_of(talk).take_unkept()
    Maildirs(tmp_path, []).keep([(box, message), (LEAVING, message)])
    folders = sorted(path.name for path in tmp_path.iterdir())
    assert folders == ["mailbox.1", OUTGOING]


def test_nothing_is_left_of_letters_that_could_not_all_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second copy finds the disk full: the first one goes, too."""
    talk = brought(keeping_part(), RCPT, "RCPT TO:<ben@office.test>")
    maildirs = Maildirs(tmp_path, world_of(talk).own_mailboxes())
    write, written = os.write, []

    def full(file: int, data: bytes) -> int:
        written.append(file)
        if len(written) > 1:
            raise OSError(errno.ENOSPC, "full")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="full"):
        maildirs.keep(world_of(talk).take_unkept())
    assert files_in(tmp_path) == []


def test_a_folder_that_cannot_be_is_told_in_one_line(tmp_path: Path) -> None:
    """Where a file is, no Maildir can be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot keep mail in"):
        Maildirs(tmp_path / "file", [])


# ---------------------------------------------------------------- the server


async def _deliver(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    reply = b""
    for line in (HELLO, MAIL, RCPT, "DATA", "Subject: x\r\n\r\nText.\r\n.", "QUIT"):
        if line == "QUIT":
            writer.write(b"QUIT\r\n")
            break
        writer.write(line.encode() + b"\r\n")
        while (reply := await reader.readline())[3:4] == b"-":
            pass
    await reader.read()
    writer.close()
    await writer.wait_closed()
    return reply


def test_slow_disks_hold_up_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one letter is being kept others talk on, and its 250 comes when it is done."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        async with await start(maildir=tmp_path) as server:
            keeper = server._keeper
            assert keeper is not None
            begun, may_end = asyncio.Event(), asyncio.Event()
            keep = keeper._maildirs.keep

            def slow(copies: object) -> None:
                loop.call_soon_threadsafe(begun.set)
                asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result()
                keep(copies)  # type: ignore[arg-type]

            monkeypatch.setattr(keeper._maildirs, "keep", slow)
            first = asyncio.create_task(_deliver(server.port))
            await begun.wait()
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            assert (await reader.readline()).startswith(b"220")
            writer.write(b"NOOP\r\n")
            assert (await reader.readline()).startswith(b"250")
            assert not first.done()
            assert files_in(tmp_path) == []
            may_end.set()
            assert (await first).startswith(b"250 2.0.0")
            assert len(files_in(tmp_path)) == 1
            writer.close()
            await writer.wait_closed()

    asyncio.run(play())


def test_a_full_disk_is_452_and_not_a_lost_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The administrator is told in the log, the client by the reply, and no letter is anywhere."""

    async def play() -> None:
        async with await start(maildir=tmp_path) as server:
            keeper = server._keeper
            assert keeper is not None

            def fail(copies: object) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            monkeypatch.setattr(keeper._maildirs, "keep", fail)
            assert (await _deliver(server.port)).startswith(b"452 4.3.1")
            assert server.world.mailboxes[ANA] == []

    asyncio.run(play())
    assert "cannot keep mail" in caplog.text


SERVER = """
import asyncio, sys
from pathlib import Path
from smtpshell.sandbox.start import start
async def serve():
    server = await start(maildir=Path(sys.argv[1]))
    print(server.port, flush=True)
    await asyncio.Event().wait()
asyncio.run(serve())
"""


def test_nothing_acknowledged_is_lost_under_kill_9(tmp_path: Path) -> None:
    """Killed in the midst of deliveries, again and again: what got its 250 is there, and whole."""
    acknowledged: set[bytes] = set()
    for turn in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        with process:
            port = int(process.stdout.readline())
            asyncio.run(_deliver_until_killed(port, turn, acknowledged, process))
    kept = [path.read_bytes() for path in (tmp_path / "ana" / "new").iterdir()]
    assert len(acknowledged) >= 100
    found = {data.partition(b"Subject: ")[2].partition(b"\r\n")[0] for data in kept}
    assert acknowledged <= found
    assert all(data.endswith(b"\r\n\r\n" + b"x" * 900 + b"\r\n") for data in kept)


async def _deliver_until_killed(
    port: int, turn: int, acknowledged: set[bytes], process: subprocess.Popen[bytes]
) -> None:
    count = 0

    async def client(number: int) -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await reader.readline()
            writer.write(b"HELO desk7.office.test\r\n")
            await reader.readline()
            for letter in range(1000):
                name = b"%d-%d-%d" % (turn, number, letter)
                for line in (MAIL, RCPT, "DATA"):
                    writer.write(line.encode() + b"\r\n")
                    await reader.readline()
                writer.write(b"Subject: %b\r\n\r\n%b\r\n.\r\n" % (name, b"x" * 900))
                reply = await reader.readline()
                if not reply.startswith(b"250"):
                    assert not reply, (name, reply)
                    return
                acknowledged.add(name)
                count += 1
                if count == 25 + turn:
                    process.kill()
        except OSError:
            pass
        finally:
            writer.close()

    try:
        await asyncio.gather(*(client(number) for number in range(4)))
    finally:
        process.kill()
