"""DMARC: records, the walk up the tree, alignment, and the policy that follows."""

from __future__ import annotations

import itertools

import pytest

from smtpshell.lookup.author import MOST_HEADER, author_in, author_of
from smtpshell.lookup.dkim_verdict import DkimResult, DkimVerdict
from smtpshell.lookup.dmarc import DmarcResult, check_dmarc, find_policy
from smtpshell.lookup.dmarc_record import is_dmarc, read_record, walk_tree
from smtpshell.lookup.resolver import Status, Trace
from smtpshell.lookup.spf_verdict import SpfResult, SpfVerdict
from smtpshell.lookup.zone import ZoneResolver


def spf(domain: str, result: SpfResult = SpfResult.PASS) -> SpfVerdict:
    return SpfVerdict(result, "mailfrom", domain, "192.0.2.1", "", "RFC 7208 2.6")


def dkim(domain: str, result: DkimResult = DkimResult.PASS) -> DkimVerdict:
    return DkimVerdict(result, "", "", "RFC 6376 6.1", domain=domain)


def zone(**records: str) -> ZoneResolver:
    """A zone with DMARC records; "_" in a name stands for a dot."""
    lines = [f'_dmarc.{name.replace("_", ".")}. TXT "{text}"' for name, text in records.items()]
    return ZoneResolver.from_text("\n".join(lines))


# Records (RFC 9989 4.7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", True),
        ("v=DMARC1", True),
        ("v = DMARC1 ;p=none", True),
        ("v=DMARC1;", True),
        ("v=dmarc1; p=none", False),
        ("V=DMARC1; p=none", False),
        ("v=DMARC12; p=none", False),
        ("p=none; v=DMARC1", False),
        (" v=DMARC1; p=none", False),
        ("v=spf1 -all", False),
        ("", False),
    ],
)
def test_what_is_a_record(text: str, expected: bool) -> None:
    """It begins with its version, in just these capitals."""
    assert is_dmarc(text) is expected


def test_defaults() -> None:
    """Relaxed alignment, no mark, no test."""
    record = read_record("x.test", "v=DMARC1; p=reject")
    assert record.policy == "reject"
    assert (record.subdomains, record.nonexistent) == ("", "")
    assert not record.strict_dkim
    assert not record.strict_spf
    assert (record.psd, record.testing, record.reports) == ("u", False, ())
    assert record.usable
    assert record.problems == ()


def test_all_tags() -> None:
    """Values in any case, tags in any order."""
    text = (
        "v=DMARC1; rua=mailto:a@x.test, mailto:b@x.test; T=y; t=y; psd=N; aspf=S; adkim=s;"
        " np=Quarantine; sp=none; p=REJECT; ruf=mailto:c@x.test; fo=1"
    )
    record = read_record("x.test", text)
    assert (record.policy, record.subdomains, record.nonexistent) == (
        "reject",
        "none",
        "quarantine",
    )
    assert record.strict_dkim
    assert record.strict_spf
    assert (record.psd, record.testing) == ("n", True)
    assert record.reports == ("mailto:a@x.test", "mailto:b@x.test")
    assert record.problems == ("T= is unknown and ignored",)


ODD = [
    pytest.param("p=block", False, "p=block is no policy", id="bad-p"),
    pytest.param("p=block; rua=mailto:a@x.test", True, "p=block", id="bad-p-with-reports"),
    pytest.param("p=block; rua=nowhere", False, "p=block", id="bad-p-and-reports"),
    pytest.param("rua=mailto:a@x.test", True, "p= is missing", id="no-p-with-reports"),
    pytest.param("adkim=s", False, "p= is missing", id="no-p"),
    pytest.param("p=reject; sp=rejct", False, "sp=rejct", id="typo-in-sp-undoes-p"),
    pytest.param("p=reject; np=x; rua=mailto:a@x.test", True, "counts as p=none", id="bad-np"),
    pytest.param("p=none; pct=50", True, "pct= counts no more", id="pct"),
    pytest.param("p=none; adkim=x", True, "adkim=x", id="bad-adkim"),
    pytest.param("p=none; psd=maybe", True, "psd=maybe", id="bad-psd"),
    pytest.param("p=none; p=reject", True, "twice", id="twice"),
    pytest.param("p=none; nonsense", True, "no value", id="no-value"),
]


@pytest.mark.parametrize(("tags", "usable", "words"), ODD)
def test_odd_records(tags: str, usable: bool, words: str) -> None:
    """What is wrong is told; a wrong policy counts as none, or as nothing (RFC 9989 4.10.1)."""
    record = read_record("x.test", f"v=DMARC1; {tags}")
    assert record.usable is usable
    assert any(words in one for one in record.problems), record.problems
    assert record.policy == "none"
    assert record.subdomains == record.nonexistent == ""


# The walk (RFC 9989 4.10)

NONE = "v=DMARC1; p=none"
WALKS = [
    # records, start, names asked, organizational domain
    pytest.param({}, "a.b.test", ["a.b.test", "b.test", "test"], "a.b.test", id="nothing"),
    pytest.param({"b_test": NONE}, "a.b.test", None, "b.test", id="parent"),
    pytest.param({"a_b_test": NONE}, "a.b.test", None, "a.b.test", id="itself"),
    pytest.param({"a_b_test": NONE, "b_test": NONE}, "a.b.test", None, "b.test", id="highest"),
    pytest.param({"test": NONE + "; psd=y"}, "a.b.test", None, "b.test", id="below-a-suffix"),
    pytest.param({"test": NONE + "; psd=y"}, "test", ["test"], "test", id="a-suffix-itself"),
    pytest.param(
        {"b_test": NONE + "; psd=n", "test": NONE}, "a.b.test", ["a.b.test", "b.test"], "b.test",
        id="psd-n-ends",
    ),
    pytest.param(
        {"a_b_test": NONE + "; psd=n", "b_test": NONE}, "a.b.test", ["a.b.test"], "a.b.test",
        id="psd-n-at-once",
    ),
    pytest.param(
        {"b_test": NONE + "; psd=y", "test": NONE}, "a.b.test", ["a.b.test", "b.test"], "a.b.test",
        id="psd-y-ends",
    ),
    pytest.param(
        {"b_test": NONE + "; psd=y", "c_b_test": NONE}, "a.c.b.test", None, "c.b.test",
        id="psd-y-two-below",
    ),
    pytest.param({"test": NONE + "; psd=u"}, "a.b.test", None, "test", id="psd-u"),
    pytest.param(
        {}, "1.2.3.4.5.6.7.8", [".".join("12345678"[at:]) for at in range(8)], "1.2.3.4.5.6.7.8",
        id="eight-labels",
    ),
    pytest.param(
        {"9": NONE}, "1.2.3.4.5.6.7.8.9",
        ["1.2.3.4.5.6.7.8.9", *(".".join("123456789"[at:]) for at in range(2, 9))], "9",
        id="nine-labels-skip-one",
    ),
    pytest.param(
        {}, ".".join("abcdefghijkl"),
        [".".join("abcdefghijkl"), *(".".join("abcdefghijkl"[at:]) for at in range(5, 12))],
        ".".join("abcdefghijkl"), id="twelve-labels-skip-four",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("records", "start", "asked", "organization"), WALKS)
def test_the_walk(
    records: dict[str, str], start: str, asked: list[str] | None, organization: str
) -> None:
    """At most eight questions, the longest name first; the highest record counts, but for psd=."""
    trace = Trace(zone(**records))
    walk = walk_tree(trace, start)
    assert walk.organization == organization
    assert len(walk.steps) <= 8
    if asked is not None:
        assert [step.domain for step in walk.steps] == asked
    assert [f"_dmarc.{step.domain}" for step in walk.steps] == [one.name for one in trace.answers]


def test_two_records_are_none() -> None:
    """All are discarded, and the walk goes on (RFC 9989 4.10)."""
    resolver = zone(b_test=NONE)
    resolver.add('_dmarc.a.b.test. TXT "v=DMARC1; p=reject"')
    resolver.add('_dmarc.a.b.test. TXT "v=DMARC1; p=none"')
    resolver.add('_dmarc.a.b.test. TXT "something else"')
    walk = walk_tree(resolver, "a.b.test")
    assert "none counts" in walk.steps[0].words
    assert walk.organization == "b.test"


def test_where_dns_fails_the_walk_ends() -> None:
    """What is above is not known then."""
    resolver = ZoneResolver.from_text(";$FAULT _dmarc.b.test. TXT TIMEOUT\n")
    walk = walk_tree(resolver, "a.b.test")
    assert walk.failed
    assert [step.failed for step in walk.steps] == [False, True]
    assert not walk_tree(resolver, "a..b").failed


# Policy (RFC 9989 4.10.1)

BOTH = "v=DMARC1; p=reject; sp=quarantine; np=none"
POLICIES = [
    # records, from, applies, wish, tag
    pytest.param({"b_test": BOTH}, "b.test", True, "reject", "p", id="own"),
    pytest.param({"b_test": BOTH}, "there.b.test", True, "quarantine", "sp", id="subdomain"),
    pytest.param({"b_test": BOTH}, "nix.b.test", True, "none", "np", id="no-such-subdomain"),
    pytest.param({"b_test": "v=DMARC1; p=reject"}, "there.b.test", True, "reject", "p", id="no-sp"),
    pytest.param(
        {"b_test": "v=DMARC1; p=reject; sp=none"}, "nix.b.test", True, "none", "sp", id="no-np"
    ),
    pytest.param({"b_test": BOTH + "; t=y"}, "b.test", True, "quarantine", "p", id="testing"),
    pytest.param(
        {"b_test": BOTH + "; t=y"}, "there.b.test", True, "none", "sp", id="testing-subdomain"
    ),
    pytest.param({"b_test": NONE + "; t=y"}, "b.test", True, "none", "p", id="testing-none"),
    pytest.param(
        {"test": "v=DMARC1; p=none; sp=reject; psd=y"}, "b.test", True, "reject", "sp", id="suffix"
    ),
    pytest.param(
        {"test": BOTH + "; psd=y", "b_test": NONE}, "there.b.test", True, "none", "p",
        id="organization-before-suffix",
    ),
    pytest.param({}, "b.test", False, "none", "p", id="nothing"),
    pytest.param({"b_test": "v=DMARC1; p=x"}, "b.test", False, "none", "p", id="unusable"),
    pytest.param(
        {"b_test": "v=DMARC1; p=x; rua=mailto:a@b.test"}, "b.test", True, "none", "p",
        id="wrong-with-reports",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("records", "author", "applies", "wish", "tag"), POLICIES)
def test_the_policy(
    records: dict[str, str], author: str, applies: bool, wish: str, tag: str
) -> None:
    """The author domain's own, its organization's, its suffix's; by p, sp or np."""
    resolver = zone(**records)
    resolver.add("there.b.test. A 192.0.2.1")
    policy = find_policy(resolver, walk_tree(resolver, author))
    assert (policy.applies, policy.wish, policy.tag) == (applies, wish, tag), policy.words
    assert policy.words


# Alignment (RFC 9989 4.4): who passed, for which domain, under which mode

RECORDS = {"": "v=DMARC1; p=reject", "s": "v=DMARC1; p=reject; aspf=s; adkim=s"}
IDENTITIES = {
    "same": ("shop.test", True, True),
    "SAME": ("SHOP.test.", True, True),
    "subdomain": ("news.shop.test", True, False),
    "stranger": ("other.test", False, False),
    "lookalike": ("notshop.test", False, False),
    "nonsense": ("a..b", False, False),
}
MATRIX = list(itertools.product(("spf", "dkim"), ("", "s"), IDENTITIES, (True, False)))


@pytest.mark.parametrize(("method", "mode", "identity", "passed"), MATRIX)
def test_alignment(method: str, mode: str, identity: str, passed: bool) -> None:
    """DMARC passes when one method passed and its domain belongs to From's, and only then."""
    domain, relaxed, strict = IDENTITIES[identity]
    aligned = strict if mode else relaxed
    resolver = zone(shop_test=RECORDS[mode])
    spf_verdict = dkim_verdict = None
    if method == "spf":
        spf_verdict = spf(domain, SpfResult.PASS if passed else SpfResult.SOFTFAIL)
    else:
        dkim_verdict = dkim(domain, DkimResult.PASS if passed else DkimResult.FAIL)
    found = check_dmarc(resolver, "shop.test", spf_verdict, [dkim_verdict] if dkim_verdict else [])
    expected = DmarcResult.PASS if aligned and passed else DmarcResult.FAIL
    assert found.result is expected
    (alignment,) = found.alignments
    assert alignment.passed is passed
    if passed:
        assert alignment.aligned is aligned
    assert all(line.isprintable() for line in found.lines())


def test_forging_from_fails_while_spf_passes() -> None:
    """The lesson: SPF speaks of the envelope, people see From."""
    found = check_dmarc(zone(bank_test="v=DMARC1; p=reject"), "bank.test", spf("forger.test"))
    assert found.result is DmarcResult.FAIL
    assert found.policy.wish == "reject"
    assert "its owner asks for reject" in found.words


def test_one_of_several_is_enough() -> None:
    """A mailing list's signature does no harm, an author's own saves the letter."""
    resolver = zone(shop_test=RECORDS[""])
    found = check_dmarc(
        resolver, "shop.test", spf("lists.test"), [dkim("lists.test"), dkim("shop.test"), dkim("")]
    )
    assert found.result is DmarcResult.PASS
    assert len(found.alignments) == 3
    assert found.ref == "RFC 9989 5.3.5"


def test_two_subdomains_of_one_organization_are_aligned() -> None:
    """In either direction, by the same organizational domain."""
    resolver = zone(shop_test=RECORDS[""])
    found = check_dmarc(resolver, "a.shop.test", spf("b.shop.test"))
    assert found.result is DmarcResult.PASS
    resolver.add('_dmarc.b.shop.test. TXT "v=DMARC1; p=none; psd=n"')
    assert check_dmarc(resolver, "a.shop.test", spf("b.shop.test")).result is DmarcResult.FAIL


def test_without_a_record_there_is_no_verdict() -> None:
    """Nor with one that cannot be used."""
    assert check_dmarc(zone(), "shop.test", spf("shop.test")).result is DmarcResult.NONE
    found = check_dmarc(zone(shop_test="v=DMARC1; p=x"), "shop.test", spf("shop.test"))
    assert found.result is DmarcResult.NONE
    assert "p=x" in found.words
    assert len(found.findings) == 1


def test_dns_trouble_is_no_failure() -> None:
    """In the record, in SPF or in DKIM: try again later."""
    broken = ZoneResolver.from_text(";$FAULT shop.test. * SERVFAIL\n")
    assert check_dmarc(broken, "shop.test").result is DmarcResult.TEMPERROR
    resolver = zone(shop_test=RECORDS[""])
    for found in (
        check_dmarc(resolver, "shop.test", spf("shop.test", SpfResult.TEMPERROR)),
        check_dmarc(resolver, "shop.test", None, [dkim("shop.test", DkimResult.TEMPERROR)]),
    ):
        assert found.result is DmarcResult.TEMPERROR
    passing = check_dmarc(
        resolver, "shop.test", spf("x.test", SpfResult.TEMPERROR), [dkim("shop.test")]
    )
    assert passing.result is DmarcResult.PASS


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("", DmarcResult.PASS),
        ("_dmarc.shop.test. TXT TIMEOUT", DmarcResult.TEMPERROR),
        ("_dmarc.mail.shop.test. TXT SERVFAIL", DmarcResult.TEMPERROR),
    ],
    ids=["none", "above-both", "at-theirs"],
)
def test_what_dns_does_not_tell_of_an_organization_is_no_failure(
    fault: str, result: DmarcResult
) -> None:
    """A letter is not refused because somebody's name servers are down for a minute."""
    records = {"news_shop_test": "v=DMARC1; p=reject", "shop_test": "v=DMARC1; p=reject"}
    resolver = zone(**records)
    if fault:
        name, type, status = fault.split()
        resolver.set_fault(name, type, Status(status))
    for passed in (
        check_dmarc(resolver, "news.shop.test", spf("mail.shop.test")),
        check_dmarc(resolver, "news.shop.test", None, [dkim("mail.shop.test")]),
    ):
        assert passed.result is result, passed.words
    other = check_dmarc(resolver, "news.shop.test", spf("mail.shop.test", SpfResult.FAIL))
    assert other.result is DmarcResult.FAIL


@pytest.mark.parametrize("domain", ["", "a..b", "."])
def test_from_must_name_a_domain(domain: str) -> None:
    """A permanent error otherwise."""
    found = check_dmarc(zone(), domain)
    assert found.result is DmarcResult.PERMERROR
    assert list(found.lines())


# The author domain (RFC 9989 5.3.1)

AUTHORS = [
    pytest.param("ann@shop.test", "shop.test", id="bare"),
    pytest.param("Ann <ann@SHOP.test>", "shop.test", id="name"),
    pytest.param('"b@bank.test" <ann@shop.test>', "shop.test", id="address-in-the-name"),
    pytest.param('"a@bank.test"@shop.test', "shop.test", id="quoted-local-part"),
    pytest.param("<@relay.test:ann@shop.test>", "shop.test", id="source-route"),
    pytest.param("ann@shop.test (not b@bank.test)", "shop.test", id="comment"),
    pytest.param("a@shop.test, b@shop.test", "shop.test", id="two-of-one-domain"),
    pytest.param("ann@bücher.example", "xn--bcher-kva.example", id="u-label"),
    pytest.param("a@shop.test, b@bank.test", "", id="two-domains"),
    pytest.param("ann", "", id="no-domain"),
    pytest.param("", "", id="empty"),
    pytest.param("ann@[192.0.2.1]", "", id="literal"),
    pytest.param("ann@shop..test", "", id="bad-domain"),
    pytest.param("Group:;", "", id="empty-group"),
    pytest.param("(" * 5000, "", id="nested-comments"),
    pytest.param("a" * 10_000 + "@shop.test", "", id="too-long"),
    pytest.param("\udcff@\udcff", "", id="no-utf-8"),
]


@pytest.mark.parametrize(("field", "domain"), AUTHORS)
def test_the_author_domain(field: str, domain: str) -> None:
    """One domain, or words on why there is none."""
    found = author_in(field)
    assert found.domain == domain
    assert bool(found.words) is (not domain)


LETTERS = [
    pytest.param(b"From: a@shop.test\r\n\r\nFrom: b@bank.test\r\n", "shop.test", id="body"),
    pytest.param(b"Subject: x\r\nFROM :\r\n a@shop.test\r\n\r\n", "shop.test", id="folded"),
    pytest.param(b"From: a@shop.test\nTo: b\n\nx", "shop.test", id="bare-lf"),
    pytest.param(b"From: a@shop.test", "shop.test", id="no-body"),
    pytest.param(b"From: a@shop.test\r\nFrom: b@bank.test\r\n\r\n", "", id="two-fields"),
    pytest.param(b"To: a@shop.test\r\n\r\n", "", id="none"),
    pytest.param(b"", "", id="nothing"),
    pytest.param(b"\r\n\r\nFrom: a@shop.test", "", id="empty-header"),
    pytest.param(b"From: " + b"a,\r\n " * 5000 + b"\r\n\r\n", "", id="folded-without-end"),
    pytest.param(b"X-From: a@shop.test\r\n\r\n", "", id="another-field"),
]


@pytest.mark.parametrize(("letter", "domain"), LETTERS)
def test_the_author_of_a_letter(letter: bytes, domain: str) -> None:
    """From the one From field of its header section."""
    assert author_of(letter).domain == domain


def test_an_endless_header_is_not_read() -> None:
    """Reading it would keep everybody waiting; a letter of any size with a sane header is read."""
    name = b"From: a@b.example\r\n"
    assert "too large" in author_of(b"X: y\r\n" * MOST_HEADER + name + b"\r\nx").words
    assert author_of(name + b"\r\n" + b"x" * 2 * MOST_HEADER).domain == "b.example"
