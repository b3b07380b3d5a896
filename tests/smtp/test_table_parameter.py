"""The table of parameters."""

from __future__ import annotations

import pytest

from smtpshell.smtp.table.extension import EXTENSIONS
from smtpshell.smtp.table.parameter import (
    MAIL_PARAMETERS,
    PARAMETERS,
    RCPT_PARAMETERS,
    find_parameter,
)

FORMS = (
    "none",
    "number",
    "choice",
    "list",
    "xtext",
    "mailbox",
    "typed",
    "time",
    "by",
    "priority",
    "text",
)


@pytest.mark.parametrize("key", PARAMETERS)
def test_parameter_is_whole(key: str) -> None:
    """Its form, values and extension agree with each other, and the example is one of it."""
    spec = PARAMETERS[key]
    assert spec.form in FORMS
    assert (spec.form in ("choice", "list")) == bool(spec.values)
    assert (spec.form == "none") == (spec.syntax == "")
    assert spec.extension in EXTENSIONS
    if key.split()[0] not in ("AUTH", "ETRN") or key == "MAIL AUTH":
        name, equals, value = spec.example.partition("=")
        assert name == spec.keyword
        assert bool(equals) == (spec.form != "none") or spec.optional
        assert len(value) <= (spec.longest or len(value))


def test_mail_and_rcpt_have_their_own() -> None:
    """A parameter of both verbs stands in both tables, one of MAIL alone in one."""
    assert "ALT-ADDRESS" in MAIL_PARAMETERS
    assert "ALT-ADDRESS" in RCPT_PARAMETERS
    assert "SIZE" in MAIL_PARAMETERS
    assert "SIZE" not in RCPT_PARAMETERS
    assert len(MAIL_PARAMETERS) == 27
    assert len(RCPT_PARAMETERS) == 8


@pytest.mark.parametrize(
    ("verb", "keyword", "key"),
    [
        pytest.param("MAIL", "SIZE", "MAIL SIZE", id="as-is"),
        pytest.param("rcpt", "notify", "RCPT NOTIFY", id="lower-case"),
        pytest.param("RCPT", "SIZE", None, id="other-verb"),
        pytest.param("MAIL", "XFOO", None, id="stranger"),
        pytest.param("VRFY", "SMTPUTF8", "VRFY SMTPUTF8", id="other-command"),
        pytest.param("ETRN", "@example.org", "ETRN @domain", id="etrn-domain"),
        pytest.param("ETRN", "#uucp", "ETRN #queue", id="etrn-queue"),
        pytest.param("ETRN", "example.org", None, id="etrn-plain"),
    ],
)
def test_find_parameter(verb: str, keyword: str, key: str | None) -> None:
    """A parameter is found under its verb in any case; a stranger is None."""
    assert find_parameter(verb, keyword) == (PARAMETERS[key] if key else None)
