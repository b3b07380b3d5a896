"""SPF: results, the term that decided, the count of lookups, and words for each."""

from __future__ import annotations

import pytest

from smtpshell.lookup.finding import Level
from smtpshell.lookup.spf import check_spf, count_lookups
from smtpshell.lookup.spf_verdict import MOST_TERMS, Outcome, SpfResult, SpfVerdict
from smtpshell.lookup.zone import ZoneResolver

# A small organization, after the manner of RFC 7208's appendix A: two mail hosts, a web host, an
# outsourcer, and one domain for each way of writing a record.
ZONE = r"""
$TTL 3600
$ORIGIN org.example.
@            MX    10 mail-a
             MX    20 mail-b
             A     192.0.2.10
             A     192.0.2.11
mail-a       A     192.0.2.129
mail-b       A     192.0.2.130
             AAAA  2001:db8::130
www          CNAME @
out.example. TXT   "v=spf1 ip4:198.51.100.0/24 -all"
129.2.0.192.in-addr.arpa. PTR mail-a.org.example.
10.2.0.192.in-addr.arpa.  PTR org.example.
65.2.0.192.in-addr.arpa.  PTR liar.example.
66.2.0.192.in-addr.arpa.  PTR broken.example.
;$FAULT 67.2.0.192.in-addr.arpa. PTR TIMEOUT
;$FAULT broken.example. * SERVFAIL

$ORIGIN spf.example.
all          TXT "v=spf1 +all"
allbare      TXT "v=spf1 all"
none         TXT "no record of SPF"
nobody       TXT "v=spf1 -all"
soft         TXT "v=spf1 ~all"
neutral      TXT "v=spf1 ?all"
empty        TXT "v=spf1"
a            TXT "v=spf1 a:org.example -all"
aother       TXT "v=spf1 a:out.example -all"
acidr        TXT "v=spf1 a:org.example/28 -all"
acidr6       TXT "v=spf1 a:mail-b.org.example//64 -all"
awww         TXT "v=spf1 a:www.org.example -all"
mx           TXT "v=spf1 mx:org.example -all"
mxcidr       TXT "v=spf1 mx:org.example/30//126 -all"
ip4          TXT "v=spf1 ip4:192.0.2.128/28 -all"
ip6          TXT "v=spf1 ip6:2001:db8::/32 -all"
ptr          TXT "v=spf1 ptr:org.example -all"
exists       TXT "v=spf1 exists:%{ir}.list.spf.example -all"
*.10.2.0.192.list A 127.0.0.2
10.2.0.192.list   A 127.0.0.2
include      TXT "v=spf1 include:out.example ip4:192.0.2.1 -all"
incnone      TXT "v=spf1 include:none.spf.example -all"
incnix       TXT "v=spf1 include:nix.spf.example -all"
incbroken    TXT "v=spf1 include:broken.example -all"
incall       TXT "v=spf1 include:nobody.spf.example ?include:all.spf.example -all"
nested       TXT "v=spf1 include:include.spf.example ~all"
redirect     TXT "v=spf1 redirect=out.example"
redirnone    TXT "v=spf1 redirect=none.spf.example"
redirall     TXT "v=spf1 redirect=out.example -all"
redirmatch   TXT "v=spf1 ip4:192.0.2.1 redirect=out.example"
case         TXT "V=SPF1 IP4:192.0.2.1 Redirect=OUT.example"
modifier     TXT "v=spf1 moo=x moo=y ip4:192.0.2.1 -all"
two          TXT "v=spf1 -all"
             TXT "v=spf1 +all"
nearly       TXT "v=spf10 +all"
             TXT "v=spf1 -all"
split        TXT "v=spf1 ip4:192.0" ".2.1 -all"
utf8         TXT "v=spf1 a:b\195\188cher.example -all"
spaces       TXT "v=spf1   ip4:192.0.2.1    -all   "
macro        TXT "v=spf1 exists:%{l}.%{o}.%{v}.m.spf.example -all"
ann.macro.spf.example.in-addr.m  A 127.0.0.1
expl         TXT "v=spf1 -all exp=why.spf.example"
why          TXT "%{i} is not one of %{d}'s, %{s}"
expmissing   TXT "v=spf1 -all exp=nix.spf.example"
expbroken    TXT "v=spf1 -all exp=broken.example"
expbad       TXT "v=spf1 -all exp=whybad.spf.example"
whybad       TXT "%{q}"
exptwo       TXT "v=spf1 -all exp=whytwo.spf.example"
whytwo       TXT "one"
             TXT "two"
expesc       TXT "v=spf1 -all exp=whyesc.spf.example"
whyesc       TXT "\027]0;owned\007"
inexp        TXT "v=spf1 include:expl.spf.example ?all"

; mistakes
bad-ip4      TXT "v=spf1 ip4:192.0.2.256 -all"
bad-ip6      TXT "v=spf1 ip6:2001:db8:::1 -all"
bad-cidr     TXT "v=spf1 a:org.example/33 -all"
bad-name     TXT "v=spf1 a:nodots -all"
bad-mech     TXT "v=spf1 mail:org.example -all"
bad-macro    TXT "v=spf1 exists:%{q}.org.example -all"
bad-comma    TXT "v=spf1 a:org.example, -all"
bad-late     TXT "v=spf1 ip4:192.0.2.1 moo -all"
bad-redirect TXT "v=spf1 redirect=out.example redirect=out.example"
bad-exp      TXT "v=spf1 exp= -all"
bad-digits   TXT "v=spf1 a:%{d99999999999999999999}.x -all"
bad-all      TXT "v=spf1 -all:x"

; limits
ten          TXT "v=spf1 a:l.x.example a:l.x.example a:l.x.example a:l.x.example a:l.x.example"
             " a:l.x.example a:l.x.example a:l.x.example a:l.x.example a:l.x.example -all"
eleven       TXT "v=spf1 a:l.x.example a:l.x.example a:l.x.example a:l.x.example a:l.x.example"
             " a:l.x.example a:l.x.example a:l.x.example a:l.x.example a:l.x.example"
             " a:l.x.example -all"
l.x.example. A 203.0.113.1
loop         TXT "v=spf1 include:loop2.spf.example -all"
loop2        TXT "v=spf1 include:loop.spf.example -all"
selfish      TXT "v=spf1 include:selfish.spf.example -all"
rloop        TXT "v=spf1 redirect=rloop2.spf.example"
rloop2       TXT "v=spf1 redirect=rloop.spf.example"
void2        TXT "v=spf1 a:v1.spf.example a:v2.spf.example -all"
void3        TXT "v=spf1 a:v1.spf.example a:v2.spf.example a:v3.spf.example -all"
voidsame     TXT "v=spf1 a:v1.spf.example mx:v1.spf.example a:v1.spf.example a:v1.spf.example -all"
manymx       TXT "v=spf1 mx:many.spf.example -all"
ptrbroken    TXT "v=spf1 ptr -all"
"""
ZONE = ZONE.replace('"\n             " a:l', '" " a:l')
MANY_MX = "".join(f"many.spf.example. MX {one} h{one}.spf.example.\n" for one in range(11))


@pytest.fixture(scope="module")
def zone() -> ZoneResolver:
    return ZoneResolver.from_text(ZONE + MANY_MX, "spf.zone")


def check(zone: ZoneResolver, label: str, ip: str = "192.0.2.1") -> SpfVerdict:
    return check_spf(zone, ip, f"ann@{label}.spf.example", "mail.hello.example", receiver="mx.test")


SIX = "2001:db8::130"
RESULTS = [
    # record, client, result, the term that decided, lookups
    ("all", "192.0.2.1", "pass", "+all", 0),
    ("allbare", "192.0.2.1", "pass", "all", 0),
    ("none", "192.0.2.1", "none", "", 0),
    ("nix", "192.0.2.1", "none", "", 0),
    ("nobody", "192.0.2.1", "fail", "-all", 0),
    ("soft", "192.0.2.1", "softfail", "~all", 0),
    ("neutral", "192.0.2.1", "neutral", "?all", 0),
    ("empty", "192.0.2.1", "neutral", "", 0),
    ("a", "192.0.2.10", "pass", "a:org.example", 1),
    ("a", "192.0.2.12", "fail", "-all", 1),
    ("a", SIX, "fail", "-all", 1),
    ("aother", "192.0.2.10", "fail", "-all", 1),
    ("acidr", "192.0.2.14", "pass", "a:org.example/28", 1),
    ("acidr", "192.0.2.17", "fail", "-all", 1),
    ("acidr6", "2001:db8::9", "pass", "a:mail-b.org.example//64", 1),
    ("awww", "192.0.2.10", "pass", "a:www.org.example", 1),
    ("mx", "192.0.2.130", "pass", "mx:org.example", 1),
    ("mx", SIX, "pass", "mx:org.example", 1),
    ("mxcidr", "192.0.2.131", "pass", "mx:org.example/30//126", 1),
    ("ip4", "192.0.2.143", "pass", "ip4:192.0.2.128/28", 0),
    ("ip4", "192.0.2.144", "fail", "-all", 0),
    ("ip4", "::ffff:192.0.2.143", "pass", "ip4:192.0.2.128/28", 0),
    ("ip4", SIX, "fail", "-all", 0),
    ("ip6", SIX, "pass", "ip6:2001:db8::/32", 0),
    ("ip6", "192.0.2.1", "fail", "-all", 0),
    ("ptr", "192.0.2.129", "pass", "ptr:org.example", 1),
    ("ptr", "192.0.2.65", "fail", "-all", 1),
    ("ptr", "192.0.2.66", "fail", "-all", 1),
    ("ptr", "192.0.2.67", "fail", "-all", 1),
    ("exists", "192.0.2.10", "pass", "exists:%{ir}.list.spf.example", 1),
    ("exists", "192.0.2.11", "fail", "-all", 1),
    ("include", "198.51.100.9", "pass", "include:out.example ip4:198.51.100.0/24", 1),
    ("include", "192.0.2.1", "pass", "ip4:192.0.2.1", 1),
    ("include", "192.0.2.2", "fail", "-all", 1),
    ("incall", "192.0.2.2", "neutral", "?include:all.spf.example +all", 2),
    (
        "nested",
        "198.51.100.9",
        "pass",
        "include:include.spf.example include:out.example ip4:198.51.100.0/24",
        2,
    ),
    ("nested", "192.0.2.2", "softfail", "~all", 2),
    ("redirect", "198.51.100.9", "pass", "redirect=out.example ip4:198.51.100.0/24", 1),
    ("redirect", "192.0.2.2", "fail", "redirect=out.example -all", 1),
    ("redirall", "198.51.100.9", "fail", "-all", 0),
    ("redirmatch", "192.0.2.1", "pass", "ip4:192.0.2.1", 0),
    ("case", "192.0.2.1", "pass", "IP4:192.0.2.1", 0),
    ("case", "198.51.100.9", "pass", "Redirect=OUT.example ip4:198.51.100.0/24", 1),
    ("modifier", "192.0.2.1", "pass", "ip4:192.0.2.1", 0),
    ("nearly", "192.0.2.1", "fail", "-all", 0),
    ("split", "192.0.2.1", "pass", "ip4:192.0.2.1", 0),
    ("spaces", "192.0.2.1", "pass", "ip4:192.0.2.1", 0),
    ("macro", "192.0.2.1", "pass", "exists:%{l}.%{o}.%{v}.m.spf.example", 1),
    ("inexp", "192.0.2.1", "neutral", "?all", 1),
    ("ten", "192.0.2.1", "fail", "-all", 10),
    ("void2", "192.0.2.1", "fail", "-all", 2),
]


@pytest.mark.parametrize(("label", "ip", "result", "matched", "lookups"), RESULTS)
def test_results(
    zone: ZoneResolver, label: str, ip: str, result: str, matched: str, lookups: int
) -> None:
    """RFC 7208 2.6: the result, the way to the mechanism that decided, and the lookups it took."""
    verdict = check(zone, label, ip)
    assert verdict.result is SpfResult(result), verdict
    assert " ".join(verdict.matched) == matched
    assert verdict.lookups == lookups
    assert verdict.ref.startswith("RFC 7208 ")
    assert all(line.isprintable() for line in verdict.lines())


ERRORS = [
    ("two", "permerror", "2 SPF records", "RFC 7208 4.5"),
    ("utf8", "permerror", "not all ASCII", "RFC 7208 3.1"),
    ("incnone", "permerror", "no SPF record to include", "RFC 7208 5.2"),
    ("incnix", "permerror", "no SPF record to include", "RFC 7208 5.2"),
    ("incbroken", "temperror", "SERVFAIL", "RFC 7208 2.6.6"),
    ("redirnone", "permerror", "no SPF record to go on with", "RFC 7208 6.1"),
    ("bad-ip4", "permerror", "192.0.2.256", "RFC 7208 5.6"),
    ("bad-ip6", "permerror", "2001:db8:::1", "RFC 7208 5.6"),
    ("bad-cidr", "permerror", "/33", "RFC 7208 5.3"),
    ("bad-name", "permerror", "nodots", "RFC 7208 5.3"),
    ("bad-mech", "permerror", "mail:org.example", "RFC 7208 4.6"),
    ("bad-macro", "permerror", "%{q}", "RFC 7208 7.1"),
    ("bad-comma", "permerror", "comma", "RFC 7208 5.3"),
    ("bad-late", "permerror", "moo", "RFC 7208 4.6"),
    ("bad-redirect", "permerror", "stands there twice", "RFC 7208 6"),
    ("bad-exp", "permerror", "names no domain", "RFC 7208 6"),
    ("bad-all", "permerror", "-all:x", "RFC 7208 4.6"),
    ("selfish", "permerror", "recursion", "RFC 7208 5.2"),
    ("eleven", "permerror", "more than 10", "RFC 7208 4.6.4"),
    ("loop", "permerror", "more than 10", "RFC 7208 4.6.4"),
    ("rloop", "permerror", "more than 10", "RFC 7208 4.6.4"),
    ("void3", "permerror", "more than 2", "RFC 7208 4.6.4"),
    ("voidsame", "permerror", "more than 2", "RFC 7208 4.6.4"),
    ("manymx", "permerror", "10 MX", "RFC 7208 5.4"),
]


@pytest.mark.parametrize(("label", "result", "words", "ref"), ERRORS)
def test_errors(zone: ZoneResolver, label: str, result: str, words: str, ref: str) -> None:
    """What is wrong with a record is said with its section, and blamed on the term."""
    verdict = check(zone, label)
    assert verdict.result is SpfResult(result)
    assert words in verdict.words
    assert verdict.ref == ref
    assert verdict.matched == ()
    blamed = [
        term for one in verdict.records for term in one.terms if term.outcome is Outcome.ERROR
    ]
    assert blamed or not verdict.records


def test_an_answer_that_does_not_come_is_temporary(zone: ZoneResolver) -> None:
    """At the domain itself, before any record was read."""
    verdict = check_spf(zone, "192.0.2.1", "a@broken.example", "h.example")
    assert verdict.result is SpfResult.TEMPERROR
    assert verdict.records == ()
    assert verdict.findings[0].level is Level.UNKNOWN


def test_each_term_is_told_what_it_came_to(zone: ZoneResolver) -> None:
    """Position, outcome, words, and the count of lookups as it stood."""
    verdict = check(zone, "include", "192.0.2.1")
    first, second = verdict.records
    assert [(term.text, term.outcome) for term in first.terms] == [
        ("include:out.example", Outcome.NO_MATCH),
        ("ip4:192.0.2.1", Outcome.MATCH),
        ("-all", Outcome.NOT_REACHED),
    ]
    assert all(first.text[term.start : term.end] == term.text for term in first.terms)
    assert first.terms[0].words == "out.example says fail"
    assert first.terms[0].lookups == 1
    assert (second.how, second.depth, second.result) == ("include", 1, SpfResult.FAIL)
    assert [term.line() for term in second.terms] == [
        "ip4:198.51.100.0/24 does not match: 192.0.2.1 is not in 198.51.100.0/24",
        "-all matches: everybody",
    ]


def test_the_account_can_be_read(zone: ZoneResolver) -> None:
    """The records with their terms, the result, the cost, and the domain's own words."""
    assert list(check(zone, "expl").lines()) == [
        "expl.spf.example: v=spf1 -all exp=why.spf.example",
        "  -all matches: everybody",
        "  exp=why.spf.example modifier",
        "  = fail",
        "BAD: SPF fail: 192.0.2.1 matched -all (RFC 7208 4.6.2)",
        "note: 0 of 10 lookups, 0 found nothing (RFC 7208 4.6.4)",
        "the domain's explanation: 192.0.2.1 is not one of expl.spf.example's,"
        " ann@expl.spf.example",
    ]


WORDS = [
    ("mxcidr", "192.0.2.1", "the mail hosts of org.example: 192.0.2.129, 192.0.2.130, compared by"),
    ("aother", "192.0.2.1", "out.example: no address"),
    ("exists", "192.0.2.11", "11.2.0.192.list.spf.example has no address"),
    ("exists", "192.0.2.10", "10.2.0.192.list.spf.example has an address"),
    ("ptr", "192.0.2.129", "192.0.2.129 is called mail-a.org.example"),
    ("ptr", "192.0.2.65", "192.0.2.65 has no name that leads back to it"),
    ("ip6", "192.0.2.1", "192.0.2.1 is of the other kind"),
    ("redirect", "192.0.2.1", "goes on at out.example"),
]


@pytest.mark.parametrize(("label", "ip", "words"), WORDS)
def test_terms_say_why(zone: ZoneResolver, label: str, ip: str, words: str) -> None:
    """With what DNS answered as evidence."""
    told = [term.words for one in check(zone, label, ip).records for term in one.terms]
    assert any(words in one for one in told), told


@pytest.mark.parametrize("label", ["expmissing", "expbroken", "expbad", "exptwo", "nobody"])
def test_without_an_explanation_the_failure_stands(zone: ZoneResolver, label: str) -> None:
    """RFC 7208 6.2: whatever is wrong with it."""
    verdict = check(zone, label)
    assert verdict.result is SpfResult.FAIL
    assert verdict.explanation == ""
    assert verdict.voids == 0


def test_the_explanation_is_a_stranger_s_text(zone: ZoneResolver) -> None:
    """One that is no printable ASCII is none (RFC 7208 7.1), nor is an included record's."""
    assert check(zone, "expesc").explanation == ""
    told = check(zone, "expl")._replace(explanation="\x1b]0;owned")
    assert "\\x1b" in "".join(told.lines())
    assert check(zone, "inexp").explanation == ""


def test_a_long_explanation_is_no_name_to_be_shortened(zone: ZoneResolver) -> None:
    """Only names of domains lose their left labels when they are too long (RFC 7208 7.3)."""
    zone = zone.copy()
    zone.replace(f'why.spf.example. TXT "Not ours. {"x" * 240}" "{"y" * 60}"')
    assert check(zone, "expl").explanation.startswith("Not ours. x")


def test_the_explanation_is_not_asked_for_before_it_is_needed(zone: ZoneResolver) -> None:
    """What a learner sees among the questions is what a receiver asks."""
    zone = zone.copy()
    zone.replace('expl.spf.example. TXT "v=spf1 ip4:192.0.2.1 -all exp=why.spf.example"')
    assert [one.name for one in check(zone, "expl").answers] == ["expl.spf.example"]
    assert len(check(zone, "expl", "192.0.2.2").answers) == 2


IDENTITIES = [
    # reverse-path's mailbox, EHLO name, identity, domain
    ("ann@all.spf.example", "h.example", "mailfrom", "all.spf.example"),
    ("", "all.spf.example", "helo", "all.spf.example"),
    ("@all.spf.example", "h.example", "mailfrom", "all.spf.example"),
    ('"a@b"@all.spf.example', "h.example", "mailfrom", "all.spf.example"),
    ("all.spf.example", "h.example", "mailfrom", "all.spf.example"),
    ("ann@ALL.spf.example", "", "mailfrom", "ALL.spf.example"),
]


@pytest.mark.parametrize(("sender", "hello", "identity", "domain"), IDENTITIES)
def test_whose_record_is_asked(
    zone: ZoneResolver, sender: str, hello: str, identity: str, domain: str
) -> None:
    """The reverse-path's domain, or the EHLO name for the null reverse-path (RFC 7208 2.4)."""
    verdict = check_spf(zone, "192.0.2.1", sender, hello)
    assert verdict.result is SpfResult.PASS
    assert (verdict.identity, verdict.domain) == (identity, domain)


@pytest.mark.parametrize(
    ("sender", "hello"),
    [
        ("", "[192.0.2.1]"),
        ("", "localhost"),
        ("", ""),
        ("", "192.0.2.1"),
        ("a@b", "h.example"),
        ("a@x..example", "h.example"),
        ("a@[192.0.2.1]", "h.example"),
    ],
)
def test_what_is_no_domain_has_no_record(zone: ZoneResolver, sender: str, hello: str) -> None:
    """RFC 7208 4.3: the result is "none", and nobody is asked."""
    verdict = check_spf(zone, "192.0.2.1", sender, hello)
    assert verdict.result is SpfResult.NONE
    assert verdict.answers == ()
    assert len(verdict.findings) == 1


def test_the_client_must_have_an_address(zone: ZoneResolver) -> None:
    """That is the caller's to know."""
    with pytest.raises(ValueError, match="not an address"):
        check_spf(zone, "here", "a@all.spf.example", "h.example")


def test_a_number_without_end_is_an_error_of_the_record(zone: ZoneResolver) -> None:
    """Python refuses to read numbers of more than 4300 digits; a record may hold 4096 octets."""
    zone = zone.copy()
    digits = "9" * 4000
    for spec in (f"a:%{{d{digits}}}.x.example", f"a:org.example/{digits}", f"ip4:{digits}"):
        parts = " ".join(f'"{spec[at : at + 200]}"' for at in range(0, len(spec), 200))
        zone.replace(f'digits.spf.example. TXT "v=spf1 " {parts} " -all"')
        assert check(zone, "digits").result in (SpfResult.PERMERROR, SpfResult.FAIL)


def test_a_sender_that_is_no_utf_8_is_no_crash(zone: ZoneResolver) -> None:
    """Its octets are asked about as they came, escaped where the record wants them so."""
    zone = zone.copy()
    zone.replace('escape.spf.example. TXT "v=spf1 exists:%{L}.x.example -all"')
    verdict = check_spf(zone, "192.0.2.1", "\udcff@escape.spf.example", "h.example")
    assert verdict.result is SpfResult.FAIL
    assert verdict.answers[1].name == "%ff.x.example"
    zone.replace('escape.spf.example. TXT "v=spf1 exists:%{l}.x.example -all exp=why.escape"')
    verdict = check_spf(zone, "192.0.2.1", "\udcff@escape.spf.example", "h.example")
    assert verdict.result is SpfResult.FAIL
    assert verdict.answers[1].name == "\\255.x.example"


@pytest.mark.parametrize(
    ("sender", "hello"), [("ann@b\u00fccher.example", "h.example"), ("", "b\u00fccher.example")]
)
def test_a_domain_of_other_letters_is_asked_about_by_its_a_label(sender: str, hello: str) -> None:
    """That is how DNS has it, and how its macros are filled in (RFC 8616 4)."""
    zone = ZoneResolver.from_text(
        'xn--bcher-kva.example. TXT "v=spf1 exists:%{h}.%{o}.ok.example -all"\n'
        "*.ok.example. A 127.0.0.2"
    )
    verdict = check_spf(zone, "192.0.2.1", sender, hello)
    assert verdict.result is SpfResult.PASS
    assert verdict.domain == "xn--bcher-kva.example"
    assert verdict.answers[1].name.endswith(".xn--bcher-kva.example.ok.example")


MACROS = [
    # what stands for the name, and the name that is asked for
    ("%{ir}.%{v}.%{d2}", "1.2.0.192.in-addr.spf.example"),
    ("%{iR}", "1.2.0.192"),
    ("%{s}", "pan.cake-4\\@macro.spf.example"),
    ("%{l}.%{o1}", "pan.cake-4.example"),
    ("%{l-}", "pan.cake.4"),
    ("%{lr-}", "4.pan.cake"),
    ("%{lr.-}", "4.cake.pan"),
    ("%{l1r-}", "pan.cake"),
    ("%{l01r.-}", "pan"),
    ("%{d9}", "macro.spf.example"),
    ("%{D}%%%-", "macro.spf.example%%20"),
    ("%{S}", "pan.cake-4%40macro.spf.example"),
    ("%{h}%_x", "h.example\\032x"),
]


@pytest.mark.parametrize(("spec", "name"), MACROS)
def test_a_macro_is_filled_in(spec: str, name: str) -> None:
    """RFC 7208 7: letters, how many labels, turned round, cut elsewhere than at dots, escaped."""
    zone = ZoneResolver.from_text(f'macro.spf.example. TXT "v=spf1 exists:{spec}.ok.example -all"')
    verdict = check_spf(zone, "192.0.2.1", "pan.cake-4@macro.spf.example", "h.example")
    assert verdict.answers[1].name == f"{name}.ok.example"


@pytest.mark.parametrize(
    "spec", ["%{d0}", "%{d!}", "%{d", "%{dr2}", "%", "%a", "%{c}", "%{t}", "\t"]
)
def test_what_is_no_macro_is_an_error_of_the_record(spec: str) -> None:
    """And of an explanation, which is then none; there, the letters c, r and t are welcome."""
    zone = ZoneResolver.from_text(f'bad.example. TXT "v=spf1 exists:{spec}.ok.example -all"')
    verdict = check_spf(zone, "192.0.2.1", "a@bad.example", "h.example")
    assert verdict.result is SpfResult.PERMERROR
    assert verdict.ref == "RFC 7208 7.1"
    zone = ZoneResolver.from_text(
        f'why.example. TXT "no {spec} no"\nbad.example. TXT "v=spf1 -all exp=why.example"'
    )
    told = check_spf(zone, "192.0.2.1", "a@bad.example", "h.example", now=5.0).explanation
    assert told == {"%{c}": "no 192.0.2.1 no", "%{t}": "no 5 no"}.get(spec, "")


def test_a_name_that_is_too_long_loses_labels_on_the_left() -> None:
    """As many as it takes (RFC 7208 7.3)."""
    spec = "%{l}." * 6 + "ok.example"
    zone = ZoneResolver.from_text(f'long.example. TXT "v=spf1 exists:{spec} -all"')
    verdict = check_spf(zone, "192.0.2.1", f"{'x' * 60}@long.example", "h.example")
    assert verdict.answers[1].name == ".".join(["x" * 60] * 3) + ".ok.example"


NAMES = [
    # record of named.example, questions behind its own
    pytest.param("ip4:192.0.2.1 exists:%{p}.x.example", 0, id="not-reached"),
    pytest.param("ip4:192.0.2.1 -all exp=%{p}.x.example", 0, id="explanation"),
    pytest.param("exists:%{P}.x.example ip4:192.0.2.1", 4, id="reached"),
    pytest.param("-ip4:192.0.2.1 exp=%{p}.x.example", 4, id="explained"),
]


@pytest.mark.parametrize(("terms", "questions"), NAMES)
def test_the_name_of_a_client_is_asked_for_when_its_turn_comes(terms: str, questions: int) -> None:
    """%{p} asks DNS three times; who matched before that is asked nothing, and nothing counts."""
    zone = ZoneResolver.from_text(
        f'named.example. TXT "v=spf1 {terms}"\n1.2.0.192.in-addr.arpa. PTR a.example.\n'
        "1.2.0.192.in-addr.arpa. PTR MX.named.example.\n"
        "a.example. A 192.0.2.1\nmx.named.example. A 192.0.2.1\n"
    )
    verdict = check_spf(zone, "192.0.2.1", "a@named.example", "h.example")
    assert len(verdict.answers) == 1 + questions
    if questions:
        assert verdict.answers[-1].name == "mx.named.example.x.example"


def test_the_name_of_a_client_is_chosen_for_each_record() -> None:
    """In the record of its own domain it is that name, in another it may be another (7.3)."""
    zone = ZoneResolver.from_text(
        'a.example. TXT "v=spf1 include:b.example exists:%{p}.x.example"\na.example. A 192.0.2.1\n'
        'b.example. TXT "v=spf1 exists:%{p}.x.example"\nb.example. A 192.0.2.1\n'
        "1.2.0.192.in-addr.arpa. PTR b.example.\n1.2.0.192.in-addr.arpa. PTR a.example.\n"
        "1.2.0.192.in-addr.arpa. PTR gone.example.\n"
    )
    asked = [one.name for one in check_spf(zone, "192.0.2.1", "x@a.example", "h").answers]
    assert [name for name in asked if name.endswith(".x.example")] == [
        "b.example.x.example",
        "a.example.x.example",
    ]


def test_a_client_without_a_name_is_unknown() -> None:
    """RFC 7208 7.3."""
    zone = ZoneResolver.from_text('a.example. TXT "v=spf1 exists:%{p}.x.example"')
    verdict = check_spf(zone, "192.0.2.1", "x@a.example", "h.example")
    assert verdict.answers[-1].name == "unknown.x.example"


def test_a_term_finds_nothing_once_however_often_it_asks() -> None:
    """RFC 7208 4.6.4 counts terms: hosts without IPv6 addresses are no three mistakes."""
    hosts = "".join(
        f"six.example. MX 5 {one}.example.\n{one}.example. A 192.0.2.1\n" for one in "abc"
    )
    zone = ZoneResolver.from_text(f'six.example. TXT "v=spf1 mx ip6:2001:db8::/32 -all"\n{hosts}')
    verdict = check_spf(zone, "2001:db8::7", "a@six.example", "h.example")
    assert (verdict.result, verdict.voids) == (SpfResult.PASS, 1)


def test_a_record_that_asks_for_the_client_is_read_without_one() -> None:
    """Nobody's address is looked up to count what a record costs."""
    for terms in ("exists:%{p}.x.example -all", "redirect=%{p}.x.example", "redirect=%{l}.test"):
        zone = ZoneResolver.from_text(f'a.example. TXT "v=spf1 {terms}"')
        found = count_lookups(zone, "a.example")
        assert (found.result, found.lookups) == (SpfResult.NEUTRAL, 1)
        assert [one.type for one in found.answers] == ["TXT"]
        assert found.records[0].terms[0].words == "depends on the message"


def test_a_record_too_long_to_be_read_is_an_error(zone: ZoneResolver) -> None:
    """What was cut off may have been the point."""
    zone = zone.copy()
    parts = " ".join(['" ip4:192.0.2.9"'] * 300)
    zone.replace(f'long.spf.example. TXT "v=spf1" {parts} " -all"')
    verdict = check(zone, "long")
    assert verdict.result is SpfResult.PERMERROR
    assert verdict.ref == "RFC 7208 3.4"


def test_an_explanation_may_tell_the_time(zone: ZoneResolver) -> None:
    """The caller's, so that a lesson tells the same each time."""
    zone = zone.copy()
    zone.replace('why.spf.example. TXT "%{t} %{c} %{r}"')
    sender = "ann@expl.spf.example"
    verdict = check_spf(zone, "192.0.2.1", sender, "h.example", receiver="mx.test", now=7.9)
    assert verdict.explanation == "7 192.0.2.1 mx.test"


def test_long_accounts_are_cut(zone: ZoneResolver) -> None:
    """A record of hundreds of terms is not shown to its end."""
    zone = zone.copy()
    parts = " ".join(['" ip4:192.0.2.9"'] * 100)
    zone.replace(f'long.spf.example. TXT "v=spf1" {parts}')
    lines = list(check(zone, "long").lines())
    assert f"  and {100 - MOST_TERMS} more terms" in lines
    assert len(lines) < MOST_TERMS + 10


# Reading records without a client

COSTS = [
    ("ten", "neutral", 10, "to its end"),
    ("eleven", "permerror", 11, "11 terms that ask DNS; 10 are allowed"),
    ("nested", "neutral", 2, "to its end"),
    ("redirect", "neutral", 1, "to its end"),
    ("redirall", "neutral", 0, "to its end"),
    ("none", "none", 0, "no SPF record"),
    ("two", "permerror", 0, "2 SPF records"),
    ("loop", "permerror", 2, "in a circle"),
    ("rloop", "permerror", 2, "in a circle"),
    ("redirnone", "permerror", 1, "no SPF record to go on with"),
    ("incnone", "permerror", 1, "no SPF record to include"),
    ("incbroken", "temperror", 1, "SERVFAIL"),
    ("bad-ip4", "permerror", 0, "192.0.2.256"),
    ("void3", "permerror", 3, "3 terms that find nothing; 2 are allowed"),
    ("ptr", "neutral", 1, "to its end"),
    ("exists", "neutral", 1, "to its end"),
    ("mx", "neutral", 1, "to its end"),
    ("ip6", "neutral", 0, "to its end"),
]


@pytest.mark.parametrize(("label", "result", "lookups", "words"), COSTS)
def test_what_a_record_costs_at_worst(
    zone: ZoneResolver, label: str, result: str, lookups: int, words: str
) -> None:
    """All terms are read, whatever would have matched; limits are told, not run into."""
    verdict = count_lookups(zone, f"{label}.spf.example")
    assert verdict.result is SpfResult(result), verdict.words
    assert verdict.lookups == lookups
    assert words in verdict.words


def test_counting_ends_somewhere() -> None:
    """At four times the allowed, and at a bounded depth."""
    wide = " ".join(['" a:l.x.example"'] * 60)
    deep = "".join(f'd{one}. TXT "v=spf1 include:d{one + 1}.x"\n' for one in range(30))
    deep = deep.replace(". TXT", ".x. TXT")
    zone = ZoneResolver.from_text(f'wide.x. TXT "v=spf1" {wide}\nl.x.example. A 192.0.2.1\n{deep}')
    verdict = count_lookups(zone, "wide.x")
    assert verdict.words == "more than 40 terms that ask DNS; not counted on"
    assert "nested deeper" in count_lookups(zone, "d0.x").words
