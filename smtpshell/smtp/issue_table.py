"""Every issue there is: what can be odd about a line, by name.

The names are what notes, goals and the class board test. *about* says what is right in one
sentence to the learner, without blame; it is also the message of a problem that has no better one.
"""

# No `from __future__ import annotations`: NamedTuple would compile each annotation anew.
from typing import NamedTuple

from smtpshell.smtp.line_issue import LINE_ISSUES
from smtpshell.smtp.reply_issue import REPLY_ISSUES
from smtpshell.smtp.session_issue import CLIENT_ISSUES, SERVER_ISSUES


class Issue(NamedTuple):
    """One kind of problem. *side* is whose lines have it: "client" or "server"."""

    name: str
    side: str
    about: str
    ref: str = ""


_ROWS = (
    ("client", LINE_ISSUES),
    ("client", CLIENT_ISSUES),
    ("server", REPLY_ISSUES),
    ("server", SERVER_ISSUES),
)
ISSUES: dict[str, Issue] = {
    name: Issue(name, side, about, ref) for side, rows in _ROWS for name, ref, about in rows
}
