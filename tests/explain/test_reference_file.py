"""Reading reference files: what an entry is made of, and mistakes as FILE:LINE."""

from __future__ import annotations

import pytest

from smtpshell.errors import DataFileError
from smtpshell.explain.reference import Entry
from smtpshell.explain.reference_file import parse_reference

FRONT = """+++
format = 1
kind = "reference"
id = "some"
registry = "command"
title = "Some commands"
+++
"""

WHOLE = (
    FRONT
    + """
For people who read the file.

## MAIL

Opens a mail transaction
and names the sender.

The address stands
in angle brackets.

A second MAIL gets 503.

- refs: RFC 5321 3.3; RFC 5321 4.1.1.2
- see: RCPT; RSET

## NOOP

Does nothing.
"""
)


def test_entries_are_read() -> None:
    """The first paragraph is the meaning; sources and status come from the table's row."""
    assert parse_reference(WHOLE, "commands.md") == [
        Entry(
            kind="command",
            key="MAIL",
            short="Opens a mail transaction and names the sender.",
            long=("The address stands in angle brackets.", "A second MAIL gets 503."),
            refs=("RFC 5321 4.1.1.2", "RFC 5321 3.3"),
            status="standard",
            see=("RCPT", "RSET"),
        ),
        Entry("command", "NOOP", "Does nothing.", (), ("RFC 5321 4.1.1.9",), "standard"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("## MAIL\n", "x.md:1: begins with +++", id="no-front-matter"),
        pytest.param(
            FRONT.replace("title", "titel"), 'x.md:6: unknown key "titel"', id="unknown-front-key"
        ),
        pytest.param(FRONT.replace('"reference"', '"notes"'), "x.md:3: kind = ", id="another-kind"),
        pytest.param(
            FRONT.replace('"command"', '"commando"'),
            'x.md:5: registry: no table "commando"; did you mean "command"?',
            id="no-such-table",
        ),
        pytest.param(
            FRONT.replace('registry = "command"\n', ""),
            'x.md:2: registry: no table "None"',
            id="no-table",
        ),
        pytest.param(
            FRONT.replace('"command"', "[1]"), 'x.md:5: registry: no table "[1]"', id="not-a-string"
        ),
        pytest.param(
            FRONT + "\n## MAYL\n\nOpens.\n",
            'x.md:9: the command table has no row "MAYL"; did you mean "MAIL"?',
            id="no-such-row",
        ),
        pytest.param(FRONT + "\n## MAIL\n\n## RCPT\n", "x.md:9: MAIL has no meaning", id="empty"),
        pytest.param(
            FRONT + "\n## MAIL\n\n- see: RCPT\n", "x.md:9: MAIL has no meaning", id="keys-alone"
        ),
        pytest.param(
            FRONT + "\n## MAIL\n\nA.\n\n## MAIL\n\nB.\n",
            "x.md:13: MAIL stands in this file already",
            id="twice",
        ),
        pytest.param(
            FRONT + "\n## MAIL\n\nA.\n\n- one\n- two\n\nB.\n",
            "x.md:13: only paragraphs may stand here",
            id="list-in-the-text",
        ),
        pytest.param(
            FRONT + "\n## MAIL\n\nA.\n\n```toml\nx = 1\n```\n",
            "x.md:14: only paragraphs may stand here",
            id="block-in-the-text",
        ),
        pytest.param(
            FRONT + "\n## MAIL\n\nA.\n\n- refs: RFC 5321\n- se: RCPT\n",
            'x.md:13: unknown key "se"; did you mean "see"?',
            id="unknown-list-key",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, message: str) -> None:
    """A teacher's mistake names the file, the line, and what was probably meant."""
    with pytest.raises(DataFileError) as caught:
        parse_reference(text, "x.md")
    assert str(caught.value).startswith(message)
