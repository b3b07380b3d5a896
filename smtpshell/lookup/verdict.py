"""All checks on one letter and the client that hands it over."""

from typing import NamedTuple

from smtpshell.lookup.author import Author, author_of
from smtpshell.lookup.dkim import check_dkim
from smtpshell.lookup.dkim_verdict import LARGEST, DkimVerdict
from smtpshell.lookup.dmarc import DmarcResult, DmarcVerdict, Policy, check_dmarc
from smtpshell.lookup.identity import Triangle, triangle
from smtpshell.lookup.resolver import Answer, Resolver, Trace
from smtpshell.lookup.spf import check_spf
from smtpshell.lookup.spf_verdict import SpfVerdict


class Verdicts(NamedTuple):
    """All that was found out about one letter."""

    spf: SpfVerdict
    dkim: tuple[DkimVerdict, ...]
    dmarc: DmarcVerdict
    triangle: Triangle
    author: Author
    answers: tuple[Answer, ...] = ()


def judge_letter(
    resolver: Resolver,
    ip: str,
    hello: str,
    sender: str,
    letter: bytes,
    now: float,
    *,
    receiver: str = "unknown",
    largest: int = LARGEST,
) -> Verdicts:
    """Ask all that can be asked about *letter*, whose lines end with CRLF, and its client.

    *sender* is the reverse-path's mailbox, "" for the null one; *now* in seconds since 1970.
    Signatures on a letter of more than *largest* octets are not checked.
    Raises ValueError when *ip* is no address.
    """
    trace = Trace(resolver)
    spf = check_spf(trace, ip, sender, hello, receiver=receiver, now=now)
    dkim = check_dkim(trace, letter, now, largest=largest)
    author = author_of(letter)
    if author.domain:
        dmarc = check_dmarc(trace, author.domain, spf, dkim)
    else:
        policy = Policy(False, words=author.words)
        ref = "RFC 9989 5.3.1"
        dmarc = DmarcVerdict(DmarcResult.PERMERROR, "", author.words, ref, policy)
    three = triangle(trace, ip, hello)
    return Verdicts(spf, dkim, dmarc, three, author, tuple(trace.answers))
