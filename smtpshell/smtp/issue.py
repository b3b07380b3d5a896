"""Problems by the name of their issue; `issue_table` has all the names.

Issues are advice: a line that has one is sent all the same, and read as well as it can be.
"""

from __future__ import annotations

from smtpshell.smtp.span import Problem


def problem(issue: str, start: int, end: int, message: str = "") -> Problem:
    """A problem of the kind *issue* at text[start:end]; without *message* in the issue's own words.

    >>> problem("no-colon", 9, 9).ref
    'RFC 5321 3.3'
    """
    from smtpshell.smtp.issue_table import ISSUES  # not needed where nothing is odd

    row = ISSUES[issue]
    return Problem(issue, start, end, message or row.about, row.ref)
