"""The way through the terms of SPF records, written down.

The loop over the terms is ours: pyspf's own keeps no account of them, asks for the explanation
(exp=) before anything has failed, and counts a redirect= even when it is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from smtpshell.catalogue import Filled, marked
from smtpshell.lookup.finding import some_of
from smtpshell.lookup.pyspf import spf
from smtpshell.lookup.resolver import Resolver
from smtpshell.lookup.spf_query import SYNTAX, TEMPORARY, Query, Wrong
from smtpshell.lookup.spf_verdict import Outcome, SpfRecord, SpfResult, SpfTerm, SpfVerdict

LONGEST_EXPLANATION = 400  # characters
ASK = ("include", "a", "mx", "ptr", "exists")  # the mechanisms that ask DNS
_TERM = re.compile(r"[^ ]+")
_KIND = re.compile(r"[-+?~]?([A-Za-z0-9]*)", re.ASCII)
_REFS = {  # of what pyspf finds wrong, by kind of term
    "include": "RFC 7208 5.2",
    "a": "RFC 7208 5.3",
    "mx": "RFC 7208 5.4",
    "ptr": "RFC 7208 5.5",
    "ip4": "RFC 7208 5.6",
    "ip6": "RFC 7208 5.6",
    "exists": "RFC 7208 5.7",
    "redirect": "RFC 7208 6.1",
    "exp": "RFC 7208 6.2",
}


class Mechanism(NamedTuple):
    term: int  # its number in the record
    kind: str
    argument: str  # macros filled in, but for %{p}
    prefix: int  # length in bits
    result: str  # if it matches


class OpenRecord:
    """A record while it is gone through."""

    __slots__ = ("depth", "domain", "how", "matched", "result", "terms", "text")

    def __init__(self, domain: str, text: str, how: str, depth: int) -> None:
        self.domain = domain
        self.text = text
        self.how = how
        self.depth = depth
        self.result = SpfResult.NEUTRAL
        self.matched: tuple[str, ...] = ()
        self.terms = [
            SpfTerm(found[0], *found.span(), Outcome.NOT_REACHED) for found in _TERM.finditer(text)
        ][1:]  # the version is no term

    def note(self, index: int, outcome: Outcome, words: str = "", lookups: int = 0) -> None:
        term = self.terms[index]
        self.terms[index] = term._replace(outcome=outcome, words=words, lookups=lookups)

    def value(self) -> SpfRecord:
        terms = tuple(self.terms)
        return SpfRecord(self.domain, self.text, self.how, self.depth, self.result, terms)


class Walk(Query):
    """A check that keeps account of each record and each term."""

    no_match = Outcome.NO_MATCH  # of a mechanism that does not match

    def __init__(self, resolver: Resolver, ip: str, sender: str, hello: str, receiver: str) -> None:
        super().__init__(resolver, ip, sender, hello, receiver)
        self.records: list[OpenRecord] = []
        self.open: list[OpenRecord] = []
        self.how = "first"

    def verdict(self) -> SpfVerdict:
        result, _, explanation = self.check()
        first = self.records[0] if self.records else None
        words, ref = self._words(SpfResult(result), first)
        return SpfVerdict(
            result=SpfResult(result),
            identity=self.ident,
            domain=self.o,
            ip=self.ip,
            words=words,
            ref=ref,
            matched=first.matched if first else (),
            lookups=self.lookups,
            voids=self.void_lookups,
            records=tuple(record.value() for record in self.records),
            explanation=explanation[:LONGEST_EXPLANATION] if result == "fail" else "",
        )

    def _words(self, result: SpfResult, first: OpenRecord | None) -> tuple[str, str]:
        if result is SpfResult.TEMPERROR:
            return self.prob, TEMPORARY
        if result is SpfResult.PERMERROR:
            return str(self.perm_error), getattr(self.perm_error, "ref", SYNTAX)
        if first is None:
            return marked("{domain} has no SPF record", domain=self.o), "RFC 7208 4.5"
        if not first.matched:
            return marked(
                "no mechanism matched {ip}, and that says nothing", ip=self.ip
            ), "RFC 7208 4.7"
        words: str = first.matched[-1]
        for term in reversed(first.matched[:-1]):
            words = marked("{term}, in it {inner}", term=term, inner=words)
        return marked("{ip} matched {terms}", ip=self.ip, terms=words), "RFC 7208 4.6.2"

    # The loop over the terms

    def check1(self, text: str | None, domain: str, recursion: int) -> tuple[str, int, str]:
        """One record: the first, an included one, or one redirected to."""
        how, self.how = self.how, "first"
        if not text:
            return "none", 250, ""
        record = OpenRecord(domain, text, how, len(self.open))
        self.records.append(record)
        self.open.append(record)
        try:
            answer: tuple[str, int, str] = super().check1(text, domain, recursion)
        except spf.TempError:
            record.result = SpfResult.TEMPERROR
            raise
        except spf.PermError:
            record.result = SpfResult.PERMERROR
            raise
        finally:
            self.open.pop()
        record.result = SpfResult(answer[0])
        return answer

    def check0(self, text: str, recursion: int) -> tuple[str, int, str]:
        """The terms of a record, left to right (RFC 7208 4.6.2), after all were read (4.6)."""
        record = self.open[-1]
        mechanisms, modifiers = self._read(record)
        for mechanism in mechanisms:
            matched, way = self._judge(record, mechanism, recursion)
            if matched:
                record.matched = (record.terms[mechanism.term].text, *way)
                return self._decided(mechanism.result, modifiers, recursion)
        if "redirect" in modifiers:
            return self._redirect(record, *modifiers["redirect"], recursion)
        return "neutral", 250, ""

    def _read(self, record: OpenRecord) -> tuple[list[Mechanism], dict[str, tuple[int, str]]]:
        """Read all terms before any is evaluated; raises for the first that is wrong.

        Modifiers are their place and what stands behind the "=", as it stands there.
        """
        mechanisms: list[Mechanism] = []
        modifiers: dict[str, tuple[int, str]] = {}
        for index, term in enumerate(record.terms):
            modifier = spf.RE_MODIFIER.match(term.text)
            with self._blamed(record, index):
                if modifier is None:
                    found = self.validate_mechanism(term.text)
                    mechanisms.append(Mechanism(index, *found[1:]))
                    continue
                name, value = modifier[1].lower(), term.text[modifier.end() :]
                if name in modifiers and name in ("redirect", "exp"):
                    raise Wrong(marked("{name}= stands there twice", name=name), "RFC 7208 6")
                expand = self.expand_domain if name in ("redirect", "exp") else self.expand
                if not expand(value) and name in ("redirect", "exp"):
                    raise Wrong(marked("{name}= names no domain", name=name), "RFC 7208 6")
                modifiers[name] = index, value
            record.note(index, Outcome.MODIFIER)
        return mechanisms, modifiers

    def _judge(
        self, record: OpenRecord, mechanism: Mechanism, recursion: int
    ) -> tuple[bool, tuple[str, ...]]:
        """Does it match, and by which way through an included record? The term is told."""
        number = self.lookups + 1 if mechanism.kind in ASK else 0
        with self._blamed(record, mechanism.term):
            matched, words, way = self._matches(mechanism, recursion)
        outcome = Outcome.MATCH if matched else self.no_match
        record.note(mechanism.term, outcome, words, number)
        return matched, way

    @contextmanager
    def _blamed(self, record: OpenRecord, index: int) -> Iterator[None]:
        """What goes wrong in here is the fault of the term number *index*."""
        try:
            yield
        except (spf.PermError, spf.TempError) as error:
            record.note(index, Outcome.ERROR, str(error))
            if not hasattr(error, "ref"):
                error.ref = _ref(error, record.terms[index].text)
            raise

    def _matches(self, mechanism: Mechanism, recursion: int) -> tuple[bool, str, tuple[str, ...]]:
        kind, argument = mechanism.kind, mechanism.argument
        if kind == "all":
            return True, marked("everybody"), ()
        if kind in ("ip4", "ip6"):
            return *self._in_network(kind, argument, mechanism.prefix), ()
        self.check_lookups()
        argument = self.filled(self.open[-1].terms[mechanism.term].text, self._argument)
        if kind == "include":
            return self._include(argument, recursion)
        if kind == "ptr":
            names = self.validated_ptrs()
            words = marked("{ip} has no name that leads back to it", ip=self.ip)
            if names:
                words = marked("{ip} is called {names}", ip=self.ip, names=", ".join(names[:3]))
            return spf.domainmatch(names, argument), words, ()
        if kind == "exists":
            found = self.dns_a(argument, "A")
            words = marked("{name} has no address", name=argument)
            if found:
                words = marked("{name} has an address", name=argument)
            return bool(found), words, ()
        found = self.dns_mx(argument) if kind == "mx" else self.dns_a(argument, self.A)
        said = {"name": argument, "addresses": some_of(found) or marked("no address")}
        words = Filled("{name}: {addresses}", said)
        if kind == "mx":
            words = marked("the mail hosts of {name}: {addresses}", **said)
        if mechanism.prefix != self.cidrmax:
            words = marked("{words}, compared by /{bits}", words=words, bits=mechanism.prefix)
        return self.cidrmatch(found, mechanism.prefix), words, ()

    def filled(self, text: str, fill: Callable[[str], str]) -> str:
        """*text* filled in when its turn has come: %{p} asks DNS, which nothing does before."""
        self.p = self.getp() if "%{p" in text.lower() else None
        return fill(text)

    def _argument(self, term: str) -> str:
        return str(self.validate_mechanism(term)[2])

    def _in_network(self, kind: str, argument: str, prefix: int) -> tuple[bool, str]:
        if (kind == "ip6") != (self.v == "ip6"):
            return False, marked("{ip} is of the other kind", ip=self.ip)
        inside = self.cidrmatch([argument], prefix)
        said = {"ip": self.ip, "network": f"{argument}/{prefix}"}
        if inside:
            return inside, marked("{ip} is in {network}", **said)
        return inside, marked("{ip} is not in {network}", **said)

    def _include(self, domain: str, recursion: int) -> tuple[bool, str, tuple[str, ...]]:
        self.how = "include"
        before = len(self.records)
        result = self.check1(self.record_of(domain), domain, recursion + 1)[0]
        if result == "none":
            raise Wrong(
                marked("{domain} has no SPF record to include", domain=domain), _REFS["include"]
            )
        return (
            result == "pass",
            marked("{domain} says {result}", domain=domain, result=result),
            self.records[before].matched,
        )

    def _redirect(
        self, record: OpenRecord, index: int, value: str, recursion: int
    ) -> tuple[str, int, str]:
        with self._blamed(record, index):
            self.check_lookups()
            domain = self.filled(value, self.expand_domain)
            self.how = "redirect"
            before = len(self.records)
            record.note(
                index, Outcome.MODIFIER, marked("goes on at {domain}", domain=domain), self.lookups
            )
            answer = self.check1(self.record_of(domain), domain, recursion)
            if answer[0] == "none":
                raise Wrong(
                    marked("{domain} has no SPF record to go on with", domain=domain),
                    _REFS["redirect"],
                )
        record.matched = (record.terms[index].text, *self.records[before].matched)
        return answer

    def _decided(
        self, result: str, modifiers: dict[str, tuple[int, str]], recursion: int
    ) -> tuple[str, int, str]:
        if result == "fail" and "exp" in modifiers and not recursion:
            try:
                return result, 550, self._explanation(modifiers["exp"][1])
            except (spf.PermError, spf.TempError, UnicodeDecodeError):
                pass  # without it the result stands all the same (RFC 7208 6.2)
        return result, 250, ""

    def _explanation(self, value: str) -> str:
        """The text that the domain wants told, "" unless there is exactly one."""
        texts = self.dns_txt(self.filled(value, self.expand_domain), ignore_void=True)
        if len(texts) != 1:
            return ""
        return self.filled(texts[0].decode("ascii"), lambda text: self.expand(text, stripdot=False))

    def record_of(self, domain: str) -> str | None:
        """The record that another one leads to."""
        return self.dns_spf(domain)


def _ref(error: Exception, term: str) -> str:
    """The section that an error of pyspf's rests on."""
    if isinstance(error, spf.TempError):
        return TEMPORARY
    kind = _KIND.match(term)
    return _REFS.get(kind[1].lower(), SYNTAX) if kind else SYNTAX
