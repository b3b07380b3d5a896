"""Sample sessions beside questions."""

import pytest

from smtpshell.resource import transcripts_dir
from smtpshell.shell.course.sample import MOST_LINES, sample_lines


@pytest.mark.parametrize("name", sorted(path.stem for path in transcripts_dir().glob("*.smtp")))
def test_a_sample_says_what_was_said_and_no_more(name: str) -> None:
    """No remark, no title: they would give the answer away. Line ends that are odd are seen."""
    lines = sample_lines(name)
    assert 0 < len(lines) <= MOST_LINES + 1
    assert all(line.startswith(("C:", "S:", "(")) for line in lines)


def test_line_feeds_and_long_pauses_are_seen() -> None:
    """They may be all there is to see."""
    lines = sample_lines("bare-line-feed")
    assert "C: .\\n" in lines
    assert any(line.endswith(" seconds later)") for line in lines)
    assert lines[0].startswith("S: 220")


def test_a_long_list_is_shown_by_its_ends() -> None:
    """Eleven lines of extensions, twice in a session, would push the rest out of sight."""
    lines = sample_lines("starttls-without-ehlo")
    assert any(line.endswith(" lines of the list)") for line in lines)
    assert sum(line.startswith("S: 250-") for line in lines) == 2
