"""What a hostile server, or somebody on the way, can do to a client (STARTTLS above all).

The judge is the server: nothing but what was typed may reach it, and nothing in clear once TLS
should have begun. Both clients have to stand it.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable

import pytest

from smtpshell.net import stream, tls_layer
from smtpshell.net.target import Target
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import EventKind
from tests.net.conftest import NAME, Authority
from tests.net.harness import KINDS, Peer, RawServer, Talk, talk

EACH = pytest.mark.parametrize("kind", KINDS)
K = EventKind

EHLO, STARTTLS, AUTH = b"EHLO a.test\r\n", b"STARTTLS\r\n", b"AUTH PLAIN AGEAYg==\r\n"


def attack(
    kind: str,
    script: Callable[[Peer], None],
    authority: Authority,
    *,
    tls: bool = False,
    lines: tuple[bytes, ...] = (EHLO, STARTTLS, EHLO, AUTH),
) -> tuple[Talk, Peer]:
    with RawServer(script) as server:
        target = Target("127.0.0.1", server.port, tls=tls)
        trust = Trust(ca_pem=authority.pem, name=NAME)
        done = talk(kind, target, lines, trust=trust)
        return done, server.heard


def until_tls(after_220: bytes) -> Callable[[Peer], None]:
    """A server that answers STARTTLS with 220 and goes on in clear."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.say(b"220 go\r\n" + after_220)
        peer.hear_all()

    return script


INJECTED = [
    pytest.param(b"250-mail.test\r\n250 AUTH PLAIN\r\n", id="a-whole-reply"),
    pytest.param(b"250-inj", id="half-a-line"),
    pytest.param(b"250 a\r\n250 b\r\n250 c\r\n", id="several-replies"),
    pytest.param(b"\r\n", id="an-empty-line"),
    pytest.param(b"\x00", id="a-byte"),
]


@EACH
@pytest.mark.parametrize("data", INJECTED)
def test_a_reply_injected_behind_the_220_ends_the_session(
    kind: str, data: bytes, authority: Authority
) -> None:
    """In the same segment as the 220: it is shown, the attack is named, nothing more is sent."""
    done, peer = attack(kind, until_tls(data), authority)
    assert peer.clear == EHLO + STARTTLS
    assert "injecting" in done.words
    assert b"".join(e.data + e.eol for e in done.events if "unasked" in e.detail) == data
    assert not done.said(K.TLS)


@EACH
def test_a_multi_line_220_hides_nothing(kind: str, authority: Authority) -> None:
    """220-..., 220 ..., then the injected reply."""
    done, peer = attack(kind, _multi_line_220, authority)
    assert peer.clear == EHLO + STARTTLS
    assert "injecting" in done.words


def _multi_line_220(peer: Peer) -> None:
    peer.greet()
    peer.hear()
    peer.say(b"220-ready\r\n220 go\r\n250-mail.test\r\n250 AUTH PLAIN\r\n")
    peer.hear_all()


@EACH
def test_a_reply_injected_a_moment_later_is_no_reply(kind: str, authority: Authority) -> None:
    """Clear text that comes when the ClientHello is out already stands where TLS has to begin."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.say(b"220 go\r\n")
        peer.sock.recv(65536)  # the ClientHello
        peer.say(b"250-mail.test\r\n250 AUTH PLAIN\r\n")
        peer.hear_all()

    done, peer = attack(kind, script, authority)
    assert b"AUTH" not in peer.clear
    assert "injecting" in done.words
    assert [event.data for event in done.events if "unasked" in event.detail] == [
        b"250-mail.test",
        b"250 AUTH PLAIN",
    ]


def _random(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.say(b"\x16\x03\x03\x00\x05garbage and more of it")
    peer.hear_all()


def _alert(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.say(b"\x15\x03\x03\x00\x02\x02\x28")
    peer.hear_all()


def _close(peer: Peer) -> None:
    peer.sock.recv(65536)


def _reset(peer: Peer) -> None:
    peer.sock.recv(65536)
    peer.reset()


@EACH
@pytest.mark.parametrize("end", [_random, _alert, _close, _reset])
def test_a_handshake_that_fails_ends_the_session(
    kind: str, end: Callable[[Peer], None], authority: Authority
) -> None:
    """Nothing goes out in clear after the 220 but the handshake itself."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.hear()
        peer.say(b"220 go\r\n")
        end(peer)

    done, peer = attack(kind, script, authority)
    assert peer.clear.startswith(EHLO + STARTTLS)
    assert EHLO not in peer.clear[len(EHLO) :]
    assert b"AUTH" not in peer.clear
    assert done.end is not None
    assert "handshake" in done.words
    assert not done.said(K.TLS)


@EACH
def test_silence_in_the_handshake_has_a_deadline(
    kind: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that says 220 and then nothing is left after some seconds."""
    monkeypatch.setattr(stream, "HANDSHAKE_SECONDS", 0.05)
    monkeypatch.setattr(tls_layer, "HANDSHAKE_SECONDS", 0.05)
    done, _ = attack(kind, until_tls(b""), authority)
    assert "not finished within 0.05 s" in done.words


REFUSALS = [b"250", b"334", b"354", b"421", b"454", b"500", b"501", b"502", b"530", b"554"]


@EACH
@pytest.mark.parametrize("code", REFUSALS)
def test_only_220_begins_tls(kind: str, code: bytes, authority: Authority) -> None:
    """With any other answer no handshake is begun, and nothing is sent that was not typed."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(code + b" x\r\n")
        peer.hear_all()

    done, peer = attack(kind, script, authority, lines=(EHLO, STARTTLS))
    assert peer.clear == EHLO + STARTTLS
    assert not done.said(K.TLS)
    assert done.report is None


@EACH
def test_tls_that_is_offered_again_is_no_loop(kind: str, authority: Authority) -> None:
    """STARTTLS under TLS, answered by 220, ends the session: RFC 3207 4.2 forbids it."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(authority.context())
        peer.answer(b"250-mail.test\r\n250 STARTTLS\r\n", b"220 go\r\n")
        peer.hear_all()

    done, peer = attack(kind, script, authority, lines=(EHLO, STARTTLS, EHLO, STARTTLS, AUTH))
    assert peer.secret == EHLO + STARTTLS
    assert "inside TLS" in done.words


@EACH
def test_tls_cut_in_the_middle_of_a_reply_is_no_reply(kind: str, authority: Authority) -> None:
    """Without close_notify an end may be an attacker's; the half line is shown, and is no reply."""

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(authority.context())
        peer.hear()
        peer.say(b"250-mail.test\r\n250 O")
        peer.sock.shutdown(2)

    done, _ = attack(kind, script, authority, lines=(EHLO, STARTTLS, EHLO))
    assert done.end is not None
    assert done.end.by == "network"
    assert "close_notify" in done.words
    assert "in the middle of a reply" in done.words
    assert [e.data for e in done.events if e.kind is K.SERVER and not e.eol] == [b"250 O"]


@EACH
def test_a_greeting_in_clear_on_the_tls_port_is_explained(kind: str, authority: Authority) -> None:
    """M34: TLS from the first byte to a port that speaks first, in clear."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test ESMTP\r\n")
        peer.hear_all()

    done, peer = attack(kind, script, authority, tls=True)
    assert EHLO not in peer.clear
    assert done.error is not None
    assert "220 mail.test ESMTP" in str(done.error)
    assert "without --tls" in done.error.hint


@EACH
def test_text_before_the_greeting_is_the_greeting(kind: str, authority: Authority) -> None:
    """What was injected before it puts the replies out of step, and that is shown."""

    def script(peer: Peer) -> None:
        peer.say(b"250 injected\r\n220 mail.test\r\n")
        peer.answer(b"250 mail.test\r\n")
        peer.hear_all()

    done, _ = attack(kind, script, authority, lines=(EHLO,))
    assert [e.data for e in done.events if "unasked" in e.detail] == [b"220 mail.test"]


@EACH
def test_old_tls_is_refused(kind: str, authority: Authority) -> None:
    """A server that knows nothing newer than TLS 1.1 (RFC 8996)."""
    context = authority.context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")

    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(context)

    done, peer = attack(kind, script, authority)
    assert "older than TLS 1.2" in done.words
    assert peer.secret == b""


@EACH
def test_what_was_offered_in_clear_is_forgotten(kind: str, authority: Authority) -> None:
    """AUTH offered before TLS and not after: the session knows it no more."""

    def script(peer: Peer) -> None:
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"220 go\r\n")
        peer.tls(authority.context())
        peer.answer(b"250 mail.test\r\n")
        peer.hear_all()

    done, peer = attack(kind, script, authority, lines=(EHLO, STARTTLS, EHLO))
    assert peer.secret == EHLO
    assert done.report is not None
    assert done.report.verified
