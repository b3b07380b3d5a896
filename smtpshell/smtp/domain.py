"""Domains and address literals (RFC 5321 4.1.2, 4.1.3): one rule for paths and for greetings."""

from __future__ import annotations

from smtpshell.catalogue import marked
from smtpshell.smtp.abnf import DOMAIN, GENERAL_LITERAL, IPV4, is_ipv6
from smtpshell.smtp.issue import problem
from smtpshell.smtp.span import Problem
from smtpshell.smtp.text import octets

LONGEST_DOMAIN = 255  # octets (RFC 5321 4.5.3.1.2)
LONGEST_LABEL = 63  # octets (RFC 1035 2.3.4)


def is_literal(domain: str) -> bool:
    """Does *domain* claim to be an address literal, right or wrong?"""
    return domain.startswith("[")


def domain_problems(domain: str, start: int, issue: str = "bad-domain") -> list[Problem]:
    """What is odd about *domain*, which stands at *start*; *issue* names it if it is no domain.

    >>> domain_problems("office.test", 0), domain_problems("[192.0.2.7]", 0)
    ([], [])
    >>> [found.issue for found in domain_problems("192.0.2.7", 0)]
    ['literal-without-brackets']
    """
    end = start + len(domain)
    if domain.startswith("["):
        if _is_right_literal(domain):
            return []
        message = (
            marked("The tag is missing: [IPv6:{domain}].", domain=domain[1:-1])
            if is_ipv6(domain[1:-1])
            else ""
        )
        return [problem("bad-literal", start, end, message)]
    if (domain[-1:].isdigit() and IPV4.fullmatch(domain)) or (":" in domain and is_ipv6(domain)):
        wanted = f"[{domain}]" if "." in domain else f"[IPv6:{domain}]"
        message = marked("A network address stands in square brackets: {wanted}.", wanted=wanted)
        return [problem("literal-without-brackets", start, end, message)]
    if not _is_plain(domain) and not DOMAIN.fullmatch(domain):
        return [problem(issue, start, end, _reason(domain))]
    if len(domain) <= LONGEST_LABEL and domain.isascii():
        return []
    longest = max(octets(label) for label in domain.split("."))
    if octets(domain) > LONGEST_DOMAIN or longest > LONGEST_LABEL:
        return [problem("domain-too-long", start, end)]
    return []


def _is_plain(domain: str) -> bool:
    """Is *domain* one of ASCII letters, digits and hyphens? The quick answer for nearly all."""
    return domain.isascii() and all(
        label.replace("-", "").isalnum() and label[0] != "-" != label[-1]
        for label in domain.split(".")
    )


def _is_right_literal(domain: str) -> bool:
    if not domain.endswith("]"):
        return False
    inside = domain[1:-1]
    if IPV4.fullmatch(inside):
        return True
    if inside[:5].lower() == "ipv6:":
        return is_ipv6(inside[5:])
    # By the grammar an IPv6 address alone is a tag, a colon and content; but there is no such tag.
    return GENERAL_LITERAL.fullmatch(inside) is not None and not is_ipv6(inside)


def _reason(domain: str) -> str:
    """Why *domain* is no domain, where a learner can be told more than the rule."""
    if "_" in domain:
        return marked("An underscore may not stand in a domain; letters, digits and hyphens may.")
    if domain.endswith("."):
        return marked("A domain in mail does not end with a dot.")
    if ".." in domain or domain.startswith("."):
        return marked("Between two dots of a domain something must stand.")
    return ""
