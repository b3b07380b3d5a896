"""A pyspf query that asks our resolver and keeps the limits of RFC 7208 4.6.4 by itself.

pyspf knows the language of SPF records and stays in charge of it: it reads terms and compares
networks. What is changed here is where answers come from, how macros are filled in (`spf_macro`),
and habits of its own: it takes a DNS error under `ptr` for one of the whole check (RFC 7208 5.5
lets the term fail to match), cuts a mailbox at its first "@", counts questions that find nothing
where the standard counts terms, and names no section.
"""

from __future__ import annotations

from typing import Any

from smtpshell.catalogue import marked
from smtpshell.lookup.name import is_or_below
from smtpshell.lookup.pyspf import spf
from smtpshell.lookup.resolver import LONGEST_TXT, Answer, Resolver, Status
from smtpshell.lookup.spf_macro import expand, shortened
from smtpshell.lookup.spf_verdict import MOST_LOOKUPS, MOST_VOIDS

LIMITS = "RFC 7208 4.6.4"
SYNTAX = "RFC 7208 4.6"
TEMPORARY = "RFC 7208 2.6.6"


class Wrong(spf.PermError):  # type: ignore[misc]  # pyspf is not typed
    """A permanent error, and the section of the standard that makes it one."""

    def __init__(self, words: str, ref: str) -> None:
        super().__init__(words)
        self.ref = ref


class Query(spf.query):  # type: ignore[misc]  # pyspf is not typed
    """One check: pyspf's state (``d``, ``i``, ``lookups``, ...) with questions that go to us."""

    most_voids = MOST_VOIDS

    def __init__(self, resolver: Resolver, ip: str, sender: str, hello: str, receiver: str) -> None:
        super().__init__(ip, sender, hello, receiver=receiver, strict=True)
        # pyspf cuts at the first "@", which may stand in a quoted local-part.
        local_part, _, self.o = sender.rpartition("@")
        self.l, self.d = local_part or "postmaster", self.o
        self.resolver = resolver
        self.ip = ip
        self.void = True  # is it counted? So far no term has asked, and nothing else counts
        self.client_names: list[str] | None = None

    def check_lookups(self) -> None:
        """Count a term that asks DNS."""
        self.void = False
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Wrong(marked("more than {most} terms that ask DNS", most=MOST_LOOKUPS), LIMITS)

    def found_nothing(self) -> None:
        """Count a term that asks for what is not there ("void lookup"), once for each.

        So an `mx` with three hosts that have no IPv6 address counts once for a client by IPv6.
        """
        self.void_lookups += not self.void
        self.void = True
        if self.void_lookups > self.most_voids:
            raise Wrong(
                marked("more than {most} terms that find nothing", most=self.most_voids), LIMITS
            )

    def expand(self, text: str, stripdot: bool = True) -> str:
        """Fill in macros; where a final dot is kept, the text is an explanation, no name."""
        try:
            filled = expand(text, self.value_of, explains=not stripdot)
        except ValueError as error:
            raise Wrong(error.args[0], "RFC 7208 7.1") from None
        return shortened(filled.removesuffix(".")) if stripdot else filled

    def value_of(self, letter: str) -> str:
        """What a macro stands for; ``p`` is not asked for before its turn, see `Walk.filled`."""
        return self.p or "unknown" if letter == "p" else str(getattr(self, letter))

    def getp(self) -> str:
        """The client's name: the domain's own if it is that, else one in it, else any (7.3)."""
        if self.client_names is None:
            self.client_names = self.validated_ptrs()
        own = self.d.lower()
        in_order = sorted(
            self.client_names,
            key=lambda name: (name.lower() != own, not is_or_below(name.lower(), own)),
        )
        return in_order[0] if in_order else "unknown"

    def dns(
        self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False
    ) -> list[Any]:
        """The records in pyspf's form: addresses, (preference, name), names, or octets."""
        answer = self.resolver.query(_written(name), qtype)
        if answer.failed:
            raise spf.TempError(
                marked(
                    "no answer about {qtype} of {name}: {status}",
                    qtype=qtype,
                    name=name,
                    status=answer.status.value,
                )
            )
        if answer.status in (Status.NXDOMAIN, Status.NODATA) and not ignore_void:
            self.found_nothing()
        return _values(answer)

    def dns_txt(self, name: str, rr: str = "TXT", ignore_void: bool = False) -> list[bytes]:
        return self.dns(name, "TXT", ignore_void=ignore_void)

    def dns_spf(self, domain: str) -> str | None:
        """The one record of a domain that is about SPF (RFC 7208 4.5), or None."""
        found = [text for text in self.dns_txt(domain) if spf.RE_SPF.match(text)]
        if len(found) > 1:
            words = marked(
                "{domain} has {count} SPF records; one is allowed", domain=domain, count=len(found)
            )
            raise Wrong(words, "RFC 7208 4.5")
        if not found:
            return None
        if len(found[0]) >= LONGEST_TXT:  # it was cut, and what is gone may have been the point
            raise Wrong(
                marked("the SPF record of {domain} is too long to be read", domain=domain),
                "RFC 7208 3.4",
            )
        if not found[0].isascii():
            raise Wrong(
                marked("the SPF record of {domain} is not all ASCII", domain=domain), "RFC 7208 3.1"
            )
        return found[0].decode("ascii")

    def validated_ptrs(self) -> list[str]:
        """Names of the client that lead back to it; what DNS does not answer is left out (5.5)."""
        try:
            names = self.dns_ptr(self.i)[: spf.MAX_PTR]
        except spf.TempError:
            return []
        confirmed = []
        for name in names:
            try:
                if self.cidrmatch(self.dns_a(name, self.A), self.cidrmax):
                    confirmed.append(name)
            except spf.TempError:
                continue
        return confirmed


def _written(name: str) -> str:
    """A name that macros have put together, as a master file would have it."""
    octets = name.encode("utf-8", "surrogateescape")
    return "".join(chr(one) if 32 < one < 127 and one != 92 else f"\\{one:03d}" for one in octets)


def _values(answer: Answer) -> list[Any]:
    if answer.type == "TXT":
        return [record.octets for record in answer.records]
    if answer.type == "MX":
        return [(record.preference, record.value) for record in answer.records]
    return list(answer.values())
