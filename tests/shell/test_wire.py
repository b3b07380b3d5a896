"""Local commands around the connection, and files: what is asked for in a wrong way."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import UsageError
from smtpshell.net.target import Target
from smtpshell.shell.local.wire import _live_place
from smtpshell.shell.record import Records
from tests.shell.desk import Desk


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("mail.test", "mail.test:25"),
        ("mail.test 2525", "mail.test:2525"),
        ("mail.test smtps", "mail.test:465"),
        ("::1", "[::1]:25"),
        ("::1 2525", "[::1]:2525"),
        ("[::1] 2525", "[::1]:2525"),
        ("[::1]:2525", "[::1]:2525"),
        ("--lmtp mail.test", "mail.test:24"),
    ],
)
def test_a_server_is_named_as_telnet_takes_it_too(words: str, target: str) -> None:
    """A port behind an IPv6 address is no part of the address."""
    assert str(_live_place(Desk().shell, words.split()).target) == target


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":connect mail.test --cafile", "which file? --cafile FILE"),
        (":connect practice --tls", "the practice server takes no options"),
        (":connect --tls practice", "the practice server takes no options"),
        (":connect --tls", "which server?"),
        (":connect mail.test --ssl", "there is no option '--ssl'"),
        (":connect a.test b.test c.test", "which server?"),
    ],
)
async def test_wrong_use_leaves_the_connection_alone(line: str, words: str) -> None:
    """Nobody is connected to, and the way out is told."""
    desk = Desk()
    await desk.say(line)
    assert words in desk.writer.text
    assert desk.place.streams == []


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "a\0b", "no/such/folder/x", "."])
def test_a_transcript_is_saved_to_no_impossible_name(name: str, tmp_path: Path) -> None:
    """It is said, and the shell goes on."""
    desk = Desk()
    written = tmp_path / "written"
    written.write_bytes(b"")

    class Writer:
        path = written

    desk.place.records.writer = Writer()  # type: ignore[assignment]  # all that is asked of one
    with pytest.raises(UsageError):
        desk.place.records.save(name)
    desk.shell.submit(f":save {name}")
    assert "octets" not in desk.writer.text


def test_a_transcript_that_somebody_took_away_does_not_cost_the_end(tmp_path: Path) -> None:
    """It held nothing, and was to go."""
    records = Records(file=tmp_path / "kept")
    records.open(Target("mail.test", 25))
    (tmp_path / "kept").unlink()
    records.close()
    assert records.summary() == ""
