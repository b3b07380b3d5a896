"""The list of all issues."""

from __future__ import annotations

import re

import pytest

from smtpshell.smtp.issue import problem
from smtpshell.smtp.issue_table import ISSUES, Issue

NAMED_BY_LESSONS = [
    "space-after-colon",
    "space-before-colon",
    "no-colon",
    "no-angle-brackets",
    "unbalanced-brackets",
    "comma-list",
    "header-as-command",
    "command-in-data",
    "literal-crlf",
    "smart-quotes",
    "nbsp",
    "non-ascii",
    "control-char",
    "leading-space",
    "no-argument",
    "extra-argument",
    "unknown-verb-close",
    "dot-with-space",
    "dot-not-alone",
    "needs-dot-stuffing",
    "no-blank-line",
    "line-too-long",
    "base64-trailing-newline",
    "base64-bad",
    "auth-plain-shape",
    "param-without-ehlo",
    "param-not-offered",
    "early-talk",
    "pipelined-where-forbidden",
    "pasted-block",
    "plaintext-after-starttls",
    "auth-in-clear",
]


@pytest.mark.parametrize("name", NAMED_BY_LESSONS)
def test_the_names_that_lessons_use_are_there(name: str) -> None:
    """Notes, goals and teachers' files rely on these names."""
    assert ISSUES[name].side == "client"


@pytest.mark.parametrize("issue", ISSUES.values(), ids=lambda issue: issue.name)
def test_every_issue_is_a_short_sentence_with_its_source(issue: Issue) -> None:
    """Short enough for one line of a terminal, and it says where the rule is written."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", issue.name)
    assert issue.side in {"client", "server"}
    assert 10 <= len(issue.about) <= 100
    assert issue.about.endswith(".")
    assert re.fullmatch(r"RFC \d{3,4}( [0-9A-Z]+(\.\d+)*)?", issue.ref)
    assert not re.search(r"\b(just|simply|obviously|wrong|error|mistake)\b", issue.about)


def test_a_problem_speaks_in_the_words_of_its_issue_or_in_better_ones() -> None:
    """The message may be better than the issue's; name and source are the issue's."""
    assert problem("no-colon", 3, 4).message == ISSUES["no-colon"].about
    better = problem("no-colon", 3, 4, "A colon, please.")
    assert (better.issue, better.start, better.end) == ("no-colon", 3, 4)
    assert (better.message, better.ref) == ("A colon, please.", "RFC 5321 3.3")
