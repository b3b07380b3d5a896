"""Rules over real sockets: slow replies, cut lines, silence, and faults ordered from outside."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from tests.sandbox.caller import client_of, serving, trusting
from tests.sandbox.play import HELLO, MAIL, RCPT, codes

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
SLOW = '[rules.r]\nat = "NOOP"\nreply = "250 Slow"\ndrip = '


def folder_with(folder: Path, rules: str) -> list[Path]:
    (folder / "personalities").mkdir()
    (folder / "personalities" / "mine.toml").write_text(HEAD + rules)
    return [folder]


async def test_a_reply_that_drips_arrives_octet_by_octet(tmp_path: Path) -> None:
    """And does not keep anybody else waiting."""
    folders = folder_with(tmp_path, SLOW + "0.02\n")
    async with (
        serving(personality="mine", folders=folders) as server,
        client_of(server) as slow,
        client_of(server) as other,
    ):
        slow.writer.write(b"NOOP\r\n")
        pieces = [await slow.reader.read(100)]
        assert codes(await other.say(HELLO)) == ["250"]
        while not pieces[-1].endswith(b"\n"):
            pieces.append(await slow.reader.read(100))
        assert b"".join(pieces) == b"250 Slow\r\n"
        assert len(pieces) > 1
        assert codes(await slow.say(HELLO)) == ["250"]


async def test_a_client_that_leaves_while_it_drips_leaves_nothing_behind(tmp_path: Path) -> None:
    """No timer goes on for it."""
    folders = folder_with(tmp_path, SLOW + "500\n")
    async with serving(personality="mine", folders=folders) as server:
        async with client_of(server) as slow:
            slow.writer.write(b"NOOP\r\n")
            await slow.writer.drain()
            slow.writer.transport.abort()
        async with client_of(server) as other:
            assert codes(await other.say(HELLO)) == ["250"]


@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
async def test_a_connection_is_cut_with_a_reset(tmp_path: Path, tls: bool) -> None:
    """The client gets an error, not an end; what was said before has arrived."""
    folders = folder_with(tmp_path, '[rules.r]\nat = "NOOP"\nreply = "250 Ok"\ndrop = true\n')
    async with serving(personality="mine", folders=folders) as server:
        port, context = (server.tls_port, trusting(server)) if tls else (None, None)
        async with client_of(server, port, context) as client:
            assert await client.say("NOOP") == "250 Ok\r\n"
            with pytest.raises(ConnectionResetError):
                await client.rest()


async def test_a_silent_client_is_hung_up_on(tmp_path: Path) -> None:
    """The listener looks often enough for the rule's patience."""
    rule = '[rules.r]\nat = "timer"\ndelay = 0.05\nreply = "421 4.4.2 Bye"\nclose = true\n'
    async with (
        serving(personality="mine", folders=folder_with(tmp_path, rule)) as server,
        client_of(server) as client,
    ):
        assert await client.rest() == b"421 4.4.2 Bye\r\n"


async def test_a_fault_is_ordered_for_one_session() -> None:
    """The other one does not notice; it comes once, and can be called off."""
    async with serving() as server, client_of(server) as one, client_of(server) as other:
        assert server.fault(one.port, "451 at MAIL")
        assert server.fault(one.port, "452 at RCPT")
        assert codes(await other.say(HELLO, MAIL)) == ["250 2.1.0"]
        assert codes(await one.say(HELLO, MAIL)) == ["451 4.3.0"]
        assert [rule.name for rule in server.faults(one.port)[0]] == ["fault-2"]
        server.clear_faults(one.port)
        assert codes(await one.say(MAIL, RCPT)) == ["250 2.1.5"]
        view = server.view(one.port)
        assert view is not None
        assert view.last_reason is not None
        assert view.last_reason.rule == "fault-1"


async def test_a_fault_for_the_next_session() -> None:
    """Of its greeting, or if there is no session to order it for; the one after it is well."""
    async with serving() as server:
        assert not server.fault(0, "421 at CONNECT")
        assert [rule.at for rule in server.faults(0)[1]] == ["CONNECT"]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await reader.read() == b"421 4.3.0 As you asked\r\n"
        writer.close()
        async with client_of(server) as client:
            assert codes(await client.say(HELLO)) == ["250"]
        with pytest.raises(UsageError):
            server.fault(0, "nonsense")
