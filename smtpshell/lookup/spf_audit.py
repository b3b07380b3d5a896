"""Reading all SPF records that a domain's leads to, without a client: what do they cost?"""

from __future__ import annotations

import re
from typing import Any

from smtpshell.catalogue import Filled, marked
from smtpshell.lookup.name import canonical
from smtpshell.lookup.pyspf import spf
from smtpshell.lookup.resolver import Resolver
from smtpshell.lookup.spf_query import LIMITS, SYNTAX, Wrong
from smtpshell.lookup.spf_verdict import MOST_LOOKUPS, MOST_VOIDS, Outcome, SpfResult, SpfVerdict
from smtpshell.lookup.spf_walk import Mechanism, OpenRecord, Walk

MOST_COUNTED = 4 * MOST_LOOKUPS  # where we give up
_NO_CLIENT = "192.0.2.255"  # it matches nothing, since nothing is compared with it
_ASK = marked("{count} terms that ask DNS; {most} are allowed")
_FIND_NOTHING = marked("{count} terms that find nothing; {most} are allowed")
_ASK = marked("{count} terms that ask DNS; {most} are allowed")
_FIND_NOTHING = marked("{count} terms that find nothing; {most} are allowed")
_PER_MESSAGE = re.compile(r"%\{[^dD]")  # a macro that is about a message, not a domain


_DEPENDS = marked("depends on the message")


class Audit(Walk):
    """Nothing matches and nothing is too much (up to a point), so that everything is seen."""

    no_match = Outcome.READ
    most_voids = MOST_COUNTED

    def __init__(self, resolver: Resolver, domain: str) -> None:
        super().__init__(resolver, _NO_CLIENT, f"postmaster@{domain}", domain, "unknown")
        self.wrong: list[Any] = []

    def verdict(self) -> SpfVerdict:
        found = super().verdict()
        if found.result is not SpfResult.NEUTRAL:
            return found
        for count, most, words in (
            (self.lookups, MOST_LOOKUPS, _ASK),
            (self.void_lookups, MOST_VOIDS, _FIND_NOTHING),
        ):
            if count > most:
                said = Filled(words, {"count": count, "most": most})
                self.wrong.append(Wrong(said, LIMITS))
        for error in self.wrong[:1]:
            result = SpfResult.PERMERROR
            if isinstance(error, spf.TempError):
                result = SpfResult.TEMPERROR
            return found._replace(result=result, words=str(error), ref=error.ref)
        return found._replace(words=marked("it can be read to its end"), ref=SYNTAX)

    def check0(self, text: str, recursion: int) -> tuple[str, int, str]:
        record = self.open[-1]
        mechanisms, modifiers = self._read(record)
        for mechanism in mechanisms:
            try:
                self._judge(record, mechanism, recursion)
            except (spf.PermError, spf.TempError) as error:
                self.wrong.append(error)
        goes_on = all(mechanism.kind != "all" for mechanism in mechanisms)
        if "redirect" in modifiers and goes_on:
            try:
                self._redirect(record, *modifiers["redirect"], recursion)
            except (spf.PermError, spf.TempError) as error:
                self.wrong.append(error)
        return "neutral", 250, ""

    def _redirect(
        self, record: OpenRecord, index: int, value: str, recursion: int
    ) -> tuple[str, int, str]:
        if _PER_MESSAGE.search(value):
            self.check_lookups()
            record.note(index, Outcome.MODIFIER, _DEPENDS, self.lookups)
            return "neutral", 250, ""
        return super()._redirect(record, index, value, recursion)

    def _matches(self, mechanism: Mechanism, recursion: int) -> tuple[bool, str, tuple[str, ...]]:
        if mechanism.kind == "all":
            return False, marked("everybody else: {result}", result=mechanism.result), ()
        if mechanism.kind in ("ip4", "ip6"):
            return False, f"{mechanism.argument}/{mechanism.prefix}", ()
        term = self.open[-1].terms[mechanism.term]
        if mechanism.kind == "ptr" or _PER_MESSAGE.search(term.text):
            self.check_lookups()
            return False, _DEPENDS, ()
        return super()._matches(mechanism, recursion)

    def record_of(self, domain: str) -> str | None:
        if any(canonical(record.domain) == canonical(domain) for record in self.open):
            raise Wrong(marked("{domain} leads round in a circle", domain=domain), LIMITS)
        if len(self.open) > MOST_LOOKUPS:
            raise Wrong(marked("records nested deeper than {most}", most=MOST_LOOKUPS), LIMITS)
        return super().record_of(domain)

    def check_lookups(self) -> None:
        self.void = False
        self.lookups += 1
        if self.lookups > MOST_COUNTED:
            raise Wrong(
                marked("more than {most} terms that ask DNS; not counted on", most=MOST_COUNTED),
                LIMITS,
            )
