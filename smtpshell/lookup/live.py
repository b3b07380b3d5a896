"""Questions to the real DNS, by way of dnspython and this machine's own name servers."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from smtpshell.catalogue import tr
from smtpshell.errors import ConnectError
from smtpshell.lookup.name import canonical
from smtpshell.lookup.record import in_order, name_text, read_record
from smtpshell.lookup.resolver import Answer, Status

if TYPE_CHECKING:
    import dns.resolver
    from dns.name import Name

LIFETIME = 5.0  # seconds for one question, repeated tries and several servers included
_PAYLOAD = 1232  # octets of an answer by UDP; longer ones come by TCP (RFC 9715)


class LiveResolver:
    """Asks *servers* (addresses), or those this machine is set up with.

    A question blocks up to *lifetime* seconds, all of them together up to *patience*, if it is
    given; the rest are then answered TIMEOUT.
    """

    __slots__ = ("_lifetime", "_resolver", "_until")

    live = True

    def __init__(
        self,
        servers: Sequence[str] = (),
        *,
        port: int = 53,
        lifetime: float = LIFETIME,
        patience: float = float("inf"),
    ) -> None:
        """Raises ConnectError if this machine is set up with no name server and none is given."""
        self._resolver = _resolver(servers)
        self._resolver.port = port
        self._lifetime = min(lifetime, LIFETIME)
        self._resolver.timeout = min(2.0, self._lifetime)
        self._until = monotonic() + patience

    def query(self, name: str, type: str) -> Answer:
        """One question, asked of the network; see `Resolver.query`."""
        import dns.exception
        import dns.resolver

        wanted, type = canonical(name), type.upper()
        if wanted is None:
            return Answer(name, type, Status.BADNAME)
        left = min(self._lifetime, self._until - monotonic())
        if left <= 0:
            return Answer(wanted, type, Status.TIMEOUT)
        try:
            found = self._resolver.resolve(
                wanted + ".", type, raise_on_no_answer=False, search=False, lifetime=left
            )
        except dns.resolver.NXDOMAIN as error:
            return Answer(wanted, type, Status.NXDOMAIN, chain=_end(error.canonical_name, wanted))
        except dns.exception.Timeout:
            return Answer(wanted, type, Status.TIMEOUT)
        except (dns.exception.DNSException, OSError, ValueError):  # ValueError: TYPE99999
            return Answer(wanted, type, Status.SERVFAIL)
        return _answer(wanted, type, found)


def _resolver(servers: Sequence[str]) -> dns.resolver.Resolver:
    import dns.flags
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=not servers)
        if servers:
            resolver.nameservers = list(servers)
    except dns.resolver.NoResolverConfiguration:
        raise ConnectError(
            tr("this machine is set up with no name server"),
            hint=tr("name one, or use a lesson's own DNS"),
        ) from None
    resolver.use_edns(0, 0, _PAYLOAD)
    # AD in a question asks for AD in the answer, without the bulk of the proof (RFC 6840 5.7).
    resolver.flags = dns.flags.RD | dns.flags.AD
    return resolver


def _answer(name: str, type: str, found: dns.resolver.Answer) -> Answer:
    import dns.flags

    chain = tuple(
        name_text(link[0].target).lower() for link in found.chaining_result.cnames if link
    )
    authentic = bool(found.response.flags & dns.flags.AD)
    if found.rrset is None:
        return Answer(name, type, Status.NODATA, chain=chain, authentic=authentic)
    ttl = found.rrset.ttl
    records, left_off = in_order(read_record(rdata, ttl) for rdata in found.rrset)
    return Answer(
        name, type, Status.NOERROR, records, chain, left_off=left_off, authentic=authentic
    )


def _end(name: Name, asked: str) -> tuple[str, ...]:
    """The end of a chain of CNAMEs that leads nowhere; its links are not told."""
    end = name_text(name).lower()
    return () if end == asked else (end,)
