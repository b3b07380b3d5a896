"""The live resolver, against a name server of ours on loopback that answers from a zone."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from smtpshell.errors import ConnectError
from smtpshell.lookup.live import LiveResolver
from smtpshell.lookup.mx import mail_route
from smtpshell.lookup.resolver import Answer, Status, Trace
from smtpshell.lookup.zone import ZoneResolver

ZONE = """
$TTL 60
$ORIGIN office.test.
@      MX    20 two
       MX    10 one
one    A     192.0.2.1
www    CNAME one
lost   CNAME nowhere
empty  CNAME text
text   TXT   "a" "\\027b"
many   A     192.0.2.1
;$FAULT broken.office.test. * SERVFAIL
;$FAULT silent.office.test. * TIMEOUT
;$SECURE one.office.test.
"""


class NameServer:
    """Answers questions by UDP from a zone; a TIMEOUT there is silence."""

    def __init__(self, zone: ZoneResolver) -> None:
        self.zone = zone
        self.asked: list[dns.message.Message] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while True:
            data, client = self.socket.recvfrom(65535)
            if data == b"stop":
                return
            query = dns.message.from_wire(data)
            self.asked.append(query)
            name, type = query.question[0].name, query.question[0].rdtype
            answer = self.zone.query(name.to_text(), dns.rdatatype.to_text(type))
            if answer.status is not Status.TIMEOUT:
                self.socket.sendto(self.reply(query, answer).to_wire(), client)

    def reply(self, query: dns.message.Message, answer: Answer) -> dns.message.Message:
        reply = dns.message.make_response(query, recursion_available=True)
        owner = query.question[0].name.to_text()
        for target in answer.chain:
            reply.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", f"{target}."))
            owner = f"{target}."
        texts = [record.text for record in answer.records]
        if texts:
            rrset = dns.rrset.from_text_list(owner, 60, "IN", answer.type, texts)
            reply.answer.append(rrset)
        rcode = {Status.NXDOMAIN: dns.rcode.NXDOMAIN, Status.SERVFAIL: dns.rcode.SERVFAIL}
        reply.set_rcode(rcode.get(answer.status, dns.rcode.NOERROR))
        if answer.authentic:
            reply.flags |= dns.flags.AD
        return reply

    def close(self) -> None:
        self.socket.sendto(b"stop", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    found = NameServer(ZoneResolver.from_text(ZONE))
    yield found
    found.close()


def live(server: NameServer, lifetime: float = 5.0) -> LiveResolver:
    return LiveResolver(["127.0.0.1"], port=server.port, lifetime=lifetime)


SAME = [
    ("office.test", "MX"),
    ("ONE.office.test.", "a"),
    ("www.office.test", "A"),
    ("lost.office.test", "A"),
    ("nix.office.test", "A"),
    ("text.office.test", "TXT"),
    ("text.office.test", "A"),
    ("empty.office.test", "A"),
    ("broken.office.test", "A"),
    ("a..b", "A"),
]


@pytest.mark.parametrize(("name", "type"), SAME)
def test_both_resolvers_answer_the_same(server: NameServer, name: str, type: str) -> None:
    """So a check cannot tell a lesson from the world, but for where the answer is from."""
    ours, theirs = server.zone.query(name, type), live(server).query(name, type)
    bare = [record._replace(source="") for record in ours.records]
    assert theirs == ours._replace(source="live", records=tuple(bare))


def test_silence_is_a_time_out(server: NameServer) -> None:
    """After the lifetime, which nobody can make longer than five seconds."""
    assert live(server, 0.2).query("silent.office.test", "A").status is Status.TIMEOUT
    assert live(server, 60)._resolver.lifetime == 5


def test_a_silent_network_is_given_up(server: NameServer) -> None:
    """After three questions, so that a report does not take minutes."""
    trace = Trace(live(server, 0.1))
    for host in "abcdef":
        assert trace.query(f"{host}.silent.office.test", "A").status is Status.TIMEOUT
    assert len(trace.answers) == 3


def test_it_asks_for_what_was_proven_by_dnssec(server: NameServer) -> None:
    """By the AD flag, which the answer then carries or not."""
    assert live(server).query("one.office.test", "A").authentic
    assert not live(server).query("text.office.test", "TXT").authentic
    assert all(query.flags & dns.flags.AD for query in server.asked)


def test_a_type_that_nobody_knows_is_no_crash(server: NameServer) -> None:
    """Nor one that is no type to ask for."""
    assert live(server).query("one.office.test", "NIX").status is Status.SERVFAIL
    assert live(server).query("one.office.test", "AXFR").status is Status.SERVFAIL
    assert live(server).query("one.office.test", "TYPE99999").status is Status.SERVFAIL


def test_a_server_that_is_not_there(server: NameServer) -> None:
    """Comes to no answer, not to an error."""
    resolver = LiveResolver(["127.0.0.1"], port=1, lifetime=0.2)
    assert resolver.query("one.office.test", "A").failed
    assert resolver.live


def test_a_check_runs_the_same_over_the_network(server: NameServer) -> None:
    """The route of a domain, found live."""
    route = mail_route(live(server), "office.test")
    assert [host.name for host in route.reachable] == ["one.office.test"]


def test_without_servers_this_machine_s_own_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is set up."""
    monkeypatch.setattr(
        dns.resolver.Resolver,
        "read_resolv_conf",
        lambda self, _: setattr(self, "nameservers", ["127.0.0.53"]),
    )
    monkeypatch.setattr(sys, "platform", "linux")
    assert LiveResolver()._resolver.nameservers == ["127.0.0.53"]


def test_a_machine_without_a_name_server_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a way out."""

    def nothing(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", nothing)
    with pytest.raises(ConnectError) as caught:
        LiveResolver()
    assert caught.value.hint


def test_all_questions_together_may_take_so_long(server: NameServer) -> None:
    """Then nobody is asked any more, and there is no conclusion."""
    resolver = LiveResolver(["127.0.0.1"], port=server.port, patience=0)
    assert resolver.query("office.test", "MX").status is Status.TIMEOUT
    assert not server.asked
