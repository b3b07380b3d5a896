"""What a certificate is worth, in words: each fault told apart, and what one may do then."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.errors import ConnectError
from smtpshell.net.blocking import BlockingClient
from smtpshell.net.certificate import matches, read_certificate
from smtpshell.net.client import Client
from smtpshell.net.judge import ask_openssl
from smtpshell.net.target import Target
from smtpshell.net.tls import TlsReport, verify, verifying_context
from smtpshell.net.tls_layer import Handshake, TlsLayer
from smtpshell.net.trust import Trust
from smtpshell.smtp.event import Event, EventKind
from tests.net.conftest import DAY, NAME, Authority
from tests.net.harness import KINDS, Peer, RawServer, Talk, talk

EACH = pytest.mark.parametrize("kind", KINDS)
K = EventKind
DER = ssl.PEM_cert_to_DER_cert(trustme.CA().issue_cert(NAME).cert_chain_pems[0].bytes().decode())
EHLO, STARTTLS, QUIT = b"EHLO a.test\r\n", b"STARTTLS\r\n", b"QUIT\r\n"


def shake(context: ssl.SSLContext, name: str = NAME) -> Handshake:
    """A handshake in memory between our layer and a server with *context*."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    layer = TlsLayer(name)
    for _ in range(3):
        incoming.write(layer.outgoing())
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
        layer.receive(outgoing.read())
    assert layer.established
    return layer.agreed()


def judged(context: ssl.SSLContext, authority: Authority, name: str = NAME) -> TlsReport:
    return verify(shake(context, name), Trust(ca_pem=authority.pem))


def verdicts(report: TlsReport) -> dict[str, bool | None]:
    return {check.name: check.ok for check in report.checks()}


def words_of(report: TlsReport, check: str) -> str:
    return next(found.words for found in report.checks() if found.name == check)


FAULTS = [
    pytest.param({"ends": -DAY}, "it has expired", "dates", id="expired"),
    pytest.param({"begins": DAY}, "it is not valid yet", "dates", id="not-yet-valid"),
    pytest.param({"self_signed": True}, "it is self-signed", "trust", id="self-signed"),
    pytest.param(
        {"names": ("other.test",)}, "issued for other.test, not for mail.test", "name", id="wrong"
    ),
    pytest.param({"names": ("*.mail.test",)}, "not for mail.test", "name", id="wildcard-too-deep"),
    pytest.param(
        {"names": (), "common_name": "mail.test"},
        "only as common name (CN)",
        "name",
        id="common-name-only",
    ),
    pytest.param({"names": ()}, "has no subject alternative name", "name", id="no-name-at-all"),
    pytest.param(
        {"names": ("mail.test\0.evil.test",)}, "mail.test\\x00.evil.test", "name", id="nul-in-name"
    ),
    pytest.param(
        {"usage": ExtendedKeyUsageOID.CLIENT_AUTH}, "not meant for a server", "purpose", id="client"
    ),
]


@pytest.mark.parametrize(("kind", "problem", "check"), FAULTS)
def test_each_fault_has_its_words_and_spoils_its_check_only(
    kind: dict[str, object], problem: str, check: str, authority: Authority
) -> None:
    """The one-line reason says what is wrong; the other checks are judged all the same."""
    report = judged(authority.context(**kind), authority)  # type: ignore[arg-type]
    assert not report.verified
    assert problem in report.problem
    found = verdicts(report)
    assert found.pop(check) is False
    assert set(found.values()) <= {True, None}
    assert report.problem in report.words
    assert "\n" not in report.words
    assert report.words.isprintable()


def test_an_unknown_authority_is_named(authority: Authority, stranger: Authority) -> None:
    """Everything else may be right; what is missing is somebody we trust."""
    report = judged(stranger.context(), authority)
    assert "not known here" in report.problem
    assert verdicts(report) == {"name": True, "dates": True, "trust": False, "purpose": True}
    assert "Unknown Authority" in words_of(report, "trust")


def test_several_faults_are_all_told(authority: Authority, stranger: Authority) -> None:
    """OpenSSL stops at the first; a learner sees each."""
    report = judged(stranger.context(names=("other.test",), ends=-DAY), authority)
    assert verdicts(report) == {"name": False, "dates": False, "trust": False, "purpose": True}
    assert "1 day ago" in words_of(report, "dates")


def test_a_good_certificate_is_verified(authority: Authority) -> None:
    """And its report can be read: version, names, issuer, dates, checks."""
    report = judged(authority.context(names=(NAME, "mx.test")), authority)
    assert report.verified
    assert report.verdict == "verified"
    text = "\n".join(report.lines())
    for words in ("TLSv1.3", "names: mail.test, mx.test", "issued by: CN=Test Authority", "EC 256"):
        assert words in text
    assert "FAULT" not in text
    assert "29 more days" in text


def test_an_authority_in_between_is_followed(
    intermediate: tuple[trustme.CA, ssl.SSLContext],
) -> None:
    """The server sends the chain, and it is listed."""
    root, context = intermediate
    report = verify(shake(context), Trust(ca_pem=root.cert_pem.bytes().decode()))
    assert report.verified
    assert len(report.chain) == 2
    assert any(line.startswith("issuer 1: ") for line in report.lines())


def test_an_old_issuer_spoils_the_dates(make_authority: Callable[..., Authority]) -> None:
    """Also where the server's own certificate is fresh."""
    old = make_authority("Old Authority", ends=-DAY)
    report = judged(old.context(), old)
    assert report.problem == "an authority in its chain is out of date"
    assert words_of(report, "dates") == "a certificate of its issuers is out of date"
    assert verdicts(report) == {"name": True, "dates": False, "trust": True, "purpose": True}


@pytest.mark.parametrize(
    ("presented", "wanted", "covers"),
    [
        ("mail.test", "MAIL.test", True),
        ("mail.test.", "mail.test", True),
        ("*.test", "mail.test", True),
        ("*.test", "a.mail.test", False),
        ("*.mail.test", "mail.test", False),
        ("m*.test", "mail.test", False),
        ("mailxtest", "mail.test", False),
    ],
)
def test_names_match_label_by_label(presented: str, wanted: str, covers: bool) -> None:
    """RFC 9525 6.3."""
    assert matches(presented, wanted) is covers


def test_an_address_is_verified_as_an_address(authority: Authority) -> None:
    """A certificate for a name is none for the address."""
    report = judged(authority.context(), authority, "127.0.0.1")
    assert "issued for mail.test, not for 127.0.0.1" in report.problem


def test_the_judge_never_says_yes_by_mistake() -> None:
    """Only OpenSSL's wish for the next message counts; garbage, or nothing, is no certificate."""
    for chain in ((), (b"",), (b"\x30\x03\x02\x01\x01",), (b"x" * 70000,)):
        verdict = ask_openssl(verifying_context(Trust()), chain, NAME)
        assert verdict.code != 0
        assert verdict.words
    report = TlsReport("TLSv1.3", "x", NAME, (b"garbage",), "unreadable", Trust())
    assert all(check.ok is not True for check in report.checks())
    assert "cannot be read" in "\n".join(report.lines())
    assert read_certificate(b"garbage") is None


@given(st.data())
def test_a_spoilt_certificate_is_read_or_not(data: st.DataObject) -> None:
    """Whatever a server shows, reading it raises nothing and prints nothing."""
    spoilt = bytearray(DER)
    for _ in range(data.draw(st.integers(1, 5))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    cert = read_certificate(bytes(spoilt))
    assert cert is None or "".join((cert.subject, cert.issuer, *cert.names)).isprintable()


def test_rsa_keys_are_judged_as_well() -> None:
    """The question to OpenSSL is put for either kind of key."""
    root = trustme.CA(key_type=trustme.KeyType.RSA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root.issue_cert(NAME, key_type=trustme.KeyType.RSA).configure_cert(context)
    report = verify(shake(context), Trust(ca_pem=root.cert_pem.bytes().decode()))
    assert report.verified
    assert "RSA 2048 bits" in "\n".join(report.lines())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "No such file or directory", id="missing"),
        pytest.param("", "no certificates in it", id="empty"),
        pytest.param("no certificates", "no certificates in it", id="something-else"),
    ],
)
def test_a_bad_ca_file_is_told_before_anything_is_sent(
    content: str | None, words: str, tmp_path: Path
) -> None:
    """By what is wrong with it, and not by lines of OpenSSL's source."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConnectError, match=rf"ca\.pem: {words}(\n|$)") as caught:
        verifying_context(Trust(cafile=str(path)))
    assert "PEM" in caught.value.hint


def test_a_ca_file_is_trusted(authority: Authority, tmp_path: Path) -> None:
    """--cafile."""
    path = tmp_path / "ca.pem"
    path.write_text(authority.pem)
    report = verify(shake(authority.context()), Trust(cafile=str(path)))
    assert report.verified
    assert str(path) in words_of(report, "trust")


# -- what a client does with it


def starttls_server(context: ssl.SSLContext) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.greet()
        peer.answer(b"220 go\r\n")
        peer.tls(context)
        peer.answer(b"250 mail.test\r\n", b"221 bye\r\n")

    return script


def run(
    kind: str, context: ssl.SSLContext, authority: Authority, *, accept: bool
) -> tuple[Talk, Peer]:
    with RawServer(starttls_server(context)) as server:
        done = talk(
            kind,
            Target("127.0.0.1", server.port),
            (EHLO, STARTTLS, EHLO, QUIT),
            trust=Trust(ca_pem=authority.pem, name=NAME),
            accept=accept,
        )
        return done, server.heard


@EACH
def test_a_bad_certificate_stops_everything(kind: str, authority: Authority) -> None:
    """Not a byte of SMTP travels before somebody has decided; hanging up is a decision."""
    done, peer = run(kind, authority.context(ends=-DAY), authority, accept=False)
    assert peer.secret == b""
    assert done.report is not None
    tls = next(event for event in done.events if event.kind is K.TLS)
    assert tls.detail["verdict"] == "not verified: it has expired"
    assert done.events[-1].kind is K.CLOSE


@EACH
def test_one_may_go_on_with_it_in_place(kind: str, authority: Authority) -> None:
    """The same connection, the same handshake; the transcript says that it was not verified."""
    done, peer = run(kind, authority.context(ends=-DAY), authority, accept=True)
    assert peer.secret == EHLO + QUIT
    remarks = done.said(K.REMARK)
    assert remarks == [b"went on with a certificate that was not verified: it has expired"]


@EACH
@pytest.mark.parametrize("accept", [True, False])
def test_tls_from_the_start_waits_for_the_decision_too(
    kind: str, accept: bool, authority: Authority, stranger: Authority
) -> None:
    """The greeting of a server that was not verified is not shown before, nor if refused."""

    def script(peer: Peer) -> None:
        peer.tls(stranger.context())
        peer.say(b"220 mail.test\r\n")
        peer.answer(b"221 bye\r\n")

    with RawServer(script) as server:
        done = talk(
            kind,
            Target("127.0.0.1", server.port, tls=True),
            (QUIT,),
            trust=Trust(ca_pem=authority.pem, name=NAME),
            accept=accept,
        )
        peer = server.heard
    assert peer.secret == (QUIT if accept else b"")
    assert done.said() == ([b"220 mail.test", b"221 bye"] if accept else [])


@EACH
@pytest.mark.parametrize("good", [True, False], ids=["verified", "accepted"])
def test_a_greeting_that_comes_with_the_end_of_the_handshake_is_shown(
    kind: str, good: bool, authority: Authority, stranger: Authority
) -> None:
    """It was read before the certificate was judged; nothing more may come after it."""
    context = (authority if good else stranger).context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # there the server has the last word

    def script(peer: Peer) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            incoming.write(peer.sock.recv(65536))
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                peer.say(outgoing.read())
        tls.write(b"220 mail.test\r\n")
        peer.say(outgoing.read())
        incoming.write(peer.sock.recv(65536))
        tls.write(b"221 bye\r\n" if tls.read() == QUIT else b"500\r\n")
        peer.say(outgoing.read())
        peer.hear_all()

    with RawServer(script) as server:
        done = talk(
            kind,
            Target("127.0.0.1", server.port, tls=True),
            (QUIT,),
            trust=Trust(ca_pem=authority.pem, name=NAME),
            accept=True,
        )
    assert done.said() == [b"220 mail.test", b"221 bye"]


@EACH
def test_a_good_one_needs_no_decision(kind: str, authority: Authority) -> None:
    """Verified, and both directions are told as under TLS."""
    done, peer = run(kind, authority.context(), authority, accept=False)
    assert peer.secret == EHLO + QUIT
    assert [event.tls for event in done.events] == [False] * 7 + [True] * 6
    assert next(e for e in done.events if e.kind is K.TLS).detail["verdict"] == "verified"


@EACH
@pytest.mark.parametrize("way", ["accept_certificate", "drop", "close"])
def test_a_listener_may_decide_at_once(kind: str, way: str, authority: Authority) -> None:
    """While the handshake is being told; nobody waits for a decision that was made."""
    events: list[Event] = []
    client: Client | BlockingClient

    def listen(event: Event) -> None:
        events.append(event)
        if event.kind is K.TLS:
            getattr(client, way)()

    async def run(client: Client) -> None:
        await client.connect()
        for line in (EHLO, STARTTLS):
            await client.settle()
            client.send(line)
        await client.settle()
        if way == "accept_certificate":
            client.send(EHLO)
            await client.settle()
        client.close()
        await client.wait_closed()

    with RawServer(starttls_server(authority.context(ends=-DAY))) as server:
        target, trust = Target("127.0.0.1", server.port), Trust(ca_pem=authority.pem, name=NAME)
        if kind == "asyncio":
            client = Client(target, listen, trust=trust)
            asyncio.run(run(client))
        else:
            client = BlockingClient(target, listen, trust=trust)
            client.connect()
            for line in (EHLO, STARTTLS):
                client.settle()
                client.send(line)
            client.settle()
            if way == "accept_certificate":
                client.send(EHLO)
                client.settle()
            client.close()
        assert server.heard.secret == (EHLO if way == "accept_certificate" else b"")
    assert events[-1].kind is K.CLOSE
