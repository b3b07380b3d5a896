"""Writing transcripts: at once, for the owner's eyes only, under safe names."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smtpshell.errors import TranscriptError
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.header import Header
from smtpshell.transcript.reader import read_transcript
from smtpshell.transcript.writer import TranscriptWriter, create_transcript, safe_name

K = EventKind
HEADER = Header(title="a test", server="mx.test")

# Writes an event, says so on its standard output, and waits to be killed.
WRITE_AND_WAIT = """
import sys
from pathlib import Path
from smtpshell.smtp.event import Event, EventKind
from smtpshell.transcript.header import Header
from smtpshell.transcript.writer import TranscriptWriter
writer = TranscriptWriter(Path(sys.argv[1]), Header())
for number in range(100):
    writer.write(Event(EventKind.CLIENT, b"NOOP %d" % number, number / 10))
print("written", flush=True)
sys.stdin.read()
"""


def test_a_killed_process_has_lost_nothing_that_was_written(tmp_path: Path) -> None:
    """Every event is in the system's hands when write() returns; kill -9 takes none back."""
    path = tmp_path / "killed.smtp"
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [event.data for event in read_transcript(path).events] == [
        b"NOOP %d" % number for number in range(100)
    ]


def test_each_event_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, one system call: a reader beside it never sees half an event."""
    writer = TranscriptWriter(tmp_path / "one.smtp", HEADER)
    writes: list[bytes] = []

    def count(file: int, data: bytes) -> int:
        writes.append(data)
        return len(data)

    monkeypatch.setattr(os, "write", count)
    writer.write(Event(K.CLIENT, b"QUIT", 1.0))
    writer.write(Event(K.SERVER, b"221 Bye", 1.0))
    assert writes == [b"   1.000   C: QUIT\n", b"   1.000   S: 221 Bye\n"]


def test_a_short_write_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it was given; the rest follows."""
    writer = TranscriptWriter(tmp_path / "short.smtp", Header())
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    writer.write(Event(K.CLIENT, b"QUIT"))
    writer.close()
    assert read_transcript(writer.path).events[0].data == b"QUIT"


def test_a_full_disk_ends_the_transcript_and_not_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why nothing more is written can be asked for; writing on is harmless."""
    writer = TranscriptWriter(tmp_path / "full.smtp", HEADER)

    def full(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    writer.write(Event(K.CLIENT, b"QUIT"))
    assert writer.failure == "No space left on device"
    writer.write(Event(K.CLIENT, b"QUIT"))


def test_what_is_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer keeps the reader's limits, and says so on the last line."""
    monkeypatch.setattr("smtpshell.transcript.writer.MOST_EVENTS", 10)
    writer = TranscriptWriter(tmp_path / "long.smtp", HEADER)
    for _ in range(50):
        writer.write(Event(K.CLIENT, b"NOOP"))
    writer.close()
    events = read_transcript(writer.path).events
    assert len(events) == 10
    assert events[-1] == Event(K.REMARK, b"the transcript is full; the session went on")


def test_the_size_is_limited_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter of many megabytes does not make a file that nobody can open."""
    monkeypatch.setattr("smtpshell.transcript.writer.MOST_OCTETS", 20_000)
    writer = TranscriptWriter(tmp_path / "big.smtp", HEADER)
    for _ in range(50):
        writer.write(Event(K.CLIENT, b"x" * 1000))
    assert writer.failure == "the transcript is full"
    assert writer.path.stat().st_size < 20_000


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Folder 0700, file 0600, whatever the umask says."""
    old = os.umask(0)
    try:
        writer = create_transcript(tmp_path / "new" / "folder", "mx.test", HEADER)
    finally:
        os.umask(old)
    assert stat.S_IMODE(writer.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(writer.path.parent.stat().st_mode) == 0o700
    writer.path.parent.chmod(0o755)
    create_transcript(tmp_path / "new" / "folder", "mx.test", HEADER)
    assert stat.S_IMODE(writer.path.parent.stat().st_mode) == 0o700


def test_no_file_is_overwritten_and_no_link_followed(tmp_path: Path) -> None:
    """A name that is taken is left alone; a link that somebody laid is not written through."""
    taken = tmp_path / "taken.smtp"
    taken.write_text("mine")
    with pytest.raises(TranscriptError, match="exists"):
        TranscriptWriter(taken, HEADER)
    assert taken.read_text() == "mine"
    link = tmp_path / "link.smtp"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TranscriptError):
        TranscriptWriter(link, HEADER)
    assert not (tmp_path / "elsewhere").exists()


def test_two_of_the_same_second_get_different_names(tmp_path: Path) -> None:
    """Sessions that begin together do not get in each other's way."""
    paths = {create_transcript(tmp_path, "mx.test", HEADER).path for _ in range(5)}
    assert len(paths) == 5


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("mail.office.test:25", "mail.office.test-25"),
        ("[2001:db8::1]:25", "2001-db8-1-25"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "server"),
        ("", "server"),
        (".hidden", "hidden"),
        ("a\x1b]0;x\x07b\n", "a-0-x-b"),
        ("x" * 300, "x" * 40),
        ("\u202etest", "test"),
    ],
)
def test_names_are_safe(server: str, name: str) -> None:
    """Whatever a server is called, its transcript stays in the folder and on one line."""
    assert safe_name(server) == name


def test_a_folder_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(TranscriptError, match="file"):
        create_transcript(tmp_path / "file", "mx.test", HEADER)


def test_a_closed_writer_writes_no_more(tmp_path: Path) -> None:
    """Closing twice and writing afterwards are harmless."""
    writer = TranscriptWriter(tmp_path / "closed.smtp", HEADER)
    writer.close()
    writer.close()
    writer.write(Event(K.CLIENT, b"QUIT"))
    assert read_transcript(writer.path).events == ()
