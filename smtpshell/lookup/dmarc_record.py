"""DMARC records, and the walk up the tree of DNS that finds them (RFC 9989 4.7, 4.10).

Where a domain ends and its registry begins was looked up in the Public Suffix List until 2026, a
file that must be kept fresh. RFC 9989 replaced it by DNS itself: ask for a record at the domain and
at each name above it, at most eight times; the highest record found marks the organizational
domain, unless one says otherwise by psd=. So nothing is needed here but a resolver, and a lesson's
zone can show all of it.
"""

import re
from typing import NamedTuple

from smtpshell.catalogue import marked
from smtpshell.lookup.name import canonical
from smtpshell.lookup.resolver import Answer, Resolver
from smtpshell.lookup.tag import read_tags

MOST_QUERIES = 8  # of one walk (RFC 9989 4.10)
POLICIES = ("none", "quarantine", "reject")
_REMOVED = ("pct", "rf", "ri")  # known to RFC 7489, no longer to RFC 9989
_KNOWN = ("v", "p", "sp", "np", "adkim", "aspf", "psd", "t", "rua", "ruf", "fo", *_REMOVED)
_FOUND = {
    "n": marked("a record; psd=n: the organization begins here"),
    "y": marked("a record; psd=y: a public suffix"),
    "u": marked("a record"),
}
_FOUND = {
    "n": marked("a record; psd=n: the organization begins here"),
    "y": marked("a record; psd=y: a public suffix"),
    "u": marked("a record"),
}
_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.ASCII)


class DmarcRecord(NamedTuple):
    """What a DMARC record says, defaults filled in (RFC 9989 4.7).

    *policy*, *subdomains* (sp=) and *nonexistent* (np=) are "" when absent or wrong. *strict_dkim*
    and *strict_spf* ask for the very same domain, not one of the same organization. *psd* is "y",
    "n" or "u". *testing*: apply the next weaker policy (t=y). *problems* are words on what is wrong
    or out of date.
    """

    domain: str
    text: str
    policy: str = ""
    subdomains: str = ""
    nonexistent: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    psd: str = "u"
    testing: bool = False
    reports: tuple[str, ...] = ()
    usable: bool = True
    problems: tuple[str, ...] = ()


class Step(NamedTuple):
    """One question of a walk. *words* say what was found and what follows."""

    domain: str
    words: str
    record: DmarcRecord | None = None
    failed: bool = False


class TreeWalk(NamedTuple):
    """A walk up from *start*; *organization* is where it says that the organization begins.

    *failed*: DNS gave no answer somewhere, so what is above is not known.
    """

    start: str
    organization: str
    steps: tuple[Step, ...]
    failed: bool = False

    @property
    def records(self) -> tuple[DmarcRecord, ...]:
        """The records found, lowest first."""
        return tuple(step.record for step in self.steps if step.record is not None)

    def record_of(self, domain: str) -> DmarcRecord | None:
        """The record found at *domain*, if it was found on the way."""
        return next((found for found in self.records if found.domain == domain), None)


def is_dmarc(text: str) -> bool:
    """Does *text* begin as a DMARC record must: with its version, in capitals (RFC 9989 4.7)?"""
    return _VERSION.match(text) is not None


def read_record(domain: str, text: str) -> DmarcRecord:
    """Read a record that `is_dmarc`."""
    tags, problems = read_tags(text)
    notes = list(problems)
    policies = {}
    for name in ("p", "sp", "np"):
        value = tags.get(name, "").lower()
        policies[name] = value if value in POLICIES else ""
        if name in tags and not policies[name]:
            notes.append(
                marked(
                    "{name}={value} is no policy; none, quarantine and reject are",
                    name=name,
                    value=tags[name],
                )
            )
    if "p" not in tags:
        notes.append(marked("p= is missing"))
    notes += [
        marked("{name}= counts no more (RFC 9989)", name=name) for name in _REMOVED if name in tags
    ]
    notes += [
        marked("{name}= is unknown and ignored", name=name) for name in tags if name not in _KNOWN
    ]
    for name, values in (("adkim", "rs"), ("aspf", "rs"), ("psd", "ynu"), ("t", "yn")):
        if name in tags and tags[name].lower() not in tuple(values):
            notes.append(
                marked(
                    "{name}={value} is none of {values}",
                    name=name,
                    value=tags[name],
                    values=", ".join(values),
                )
            )
    reports = tuple(uri.strip() for uri in tags.get("rua", "").split(",") if uri.strip())
    wrong = not policies["p"] or any(tags.get(name) and not policies[name] for name in ("sp", "np"))
    if wrong:  # a typo in sp= undoes p=, too (RFC 9989 4.10.1)
        notes.append(marked("so all of it counts as p=none, and without rua= as nothing"))
        policies = {"p": "none", "sp": "", "np": ""}
    psd = tags.get("psd", "u").lower()
    return DmarcRecord(
        domain,
        text,
        policies["p"],
        policies["sp"],
        policies["np"],
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        psd=psd if psd in ("y", "n") else "u",
        testing=tags.get("t", "n").lower() == "y",
        reports=reports,
        usable=not wrong or any(_URI.fullmatch(uri) for uri in reports),
        problems=tuple(notes),
    )


def walk_tree(resolver: Resolver, domain: str) -> TreeWalk:
    """Walk up from *domain* and find its organizational domain (RFC 9989 4.10, 4.10.2)."""
    start = canonical(domain)
    if not start:
        return TreeWalk(domain, domain, (Step(domain, marked("is no domain")),))
    steps = []
    for name in _targets(start):
        step = _ask(resolver, name)
        steps.append(step)
        ends = ("n",) if name == start else ("n", "y")
        if step.failed or (step.record is not None and step.record.psd in ends):
            break
    walk = TreeWalk(start, start, tuple(steps), steps[-1].failed)
    return walk._replace(organization=_organization(walk))


def _targets(start: str) -> list[str]:
    """The domains to ask, lowest first; a deep one is cut to seven labels after the first."""
    labels = start.split(".")
    first = max(1, len(labels) - (MOST_QUERIES - 1))
    above = [".".join(labels[index:]) for index in range(first, len(labels))]
    return [start, *above]


def _ask(resolver: Resolver, domain: str) -> Step:
    answer = resolver.query(f"_dmarc.{domain}", "TXT")
    if answer.failed:
        return Step(domain, marked("no answer: {status}", status=answer.status.value), failed=True)
    found = _records(answer)
    if not found:
        return Step(domain, marked("no record"))
    if len(found) > 1:
        return Step(domain, marked("{count} records, and then none counts", count=len(found)))
    record = read_record(domain, found[0])
    return Step(domain, _FOUND[record.psd], record)


def _records(answer: Answer) -> list[str]:
    return [record.txt for record in answer.records if is_dmarc(record.txt)]


def _organization(walk: TreeWalk) -> str:
    for record in walk.records:
        if record.psd == "n":
            return record.domain
        if record.psd == "y" and record.domain != walk.start:
            labels = walk.start.split(".")
            return ".".join(labels[-(record.domain.count(".") + 2) :])
    return walk.records[-1].domain if walk.records else walk.start
