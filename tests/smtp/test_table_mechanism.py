"""The table of SASL mechanisms."""

from __future__ import annotations

import re

import pytest

from smtpshell.smtp.table.mechanism import MECHANISMS

# RFC 4422 3.1:
#   sasl-mech = 1*20mech-char
#   mech-char = UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE
SASL_MECH = re.compile(r"[A-Z0-9_-]{1,20}")


@pytest.mark.parametrize("name", MECHANISMS)
def test_mechanism_is_whole(name: str) -> None:
    """Who speaks first, what an initial response may be and the need of TLS are of fixed sets."""
    spec = MECHANISMS[name]
    assert spec.key == name
    assert spec.first_to_speak in ("client", "server")
    assert spec.initial_response in ("allowed", "none", "some servers")
    assert spec.needs_tls in ("required", "advised", "optional")
    assert spec.use in ("", "common", "rare", "unused")
    assert spec.exchange
    assert 0 <= spec.server_challenges <= 2


def test_names_are_well_formed() -> None:
    """All but Exchange's verb, which is no mechanism, are names of RFC 4422."""
    odd = [name for name in MECHANISMS if not SASL_MECH.fullmatch(name)]
    assert odd == ["X-EXPS GSSAPI NTLM"]


def test_secrets_in_the_open_need_tls() -> None:
    """Where whoever listens could log in with what was sent, TLS is required."""
    exposed = [spec for spec in MECHANISMS.values() if spec.secret_exposed]
    assert {spec.needs_tls for spec in exposed} == {"required"}
    assert {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"} <= {spec.mechanism for spec in exposed}


def test_plus_means_channel_binding() -> None:
    """A mechanism is bound to the TLS channel exactly if its name ends in -PLUS."""
    for name, spec in MECHANISMS.items():
        assert spec.channel_binding == name.endswith("-PLUS")


def test_server_first_means_no_initial_response() -> None:
    """A mechanism that the server begins has nothing to send along with AUTH, LOGIN apart."""
    first = [spec for spec in MECHANISMS.values() if spec.first_to_speak == "server"]
    assert {spec.mechanism for spec in first if spec.initial_response != "none"} == {"LOGIN"}
