"""DKIM signatures: made, checked, and every way in which one is worth nothing."""

from __future__ import annotations

import base64
import re
import time

import dkim.canonicalization
import dkim.crypto
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.lookup import dkim_check
from smtpshell.lookup.dkim import check_dkim, sign
from smtpshell.lookup.dkim_check import MOST_HEADER, MOST_LINES, completed, relaxed, trimmed
from smtpshell.lookup.dkim_key import find_key, read_key
from smtpshell.lookup.dkim_verdict import MOST_SIGNATURES, REASONS, DkimResult, DkimVerdict
from smtpshell.lookup.finding import Level
from smtpshell.lookup.resolver import Status
from smtpshell.lookup.zone import ZoneResolver

NOW = 1_700_000_000.0
LETTER = (
    b"From: Ann <ann@bakery.example>\r\n"
    b"To: ben@office.test\r\n"
    b"Subject: Bread  and\r\n rolls\r\n"
    b"\r\n"
    b"Ten rolls,  please. \r\n"
    b"\r\n"
    b"Ann\r\n"
    b"\r\n\r\n"
)


def signed(key: bytes, letter: bytes = LETTER, **how: object) -> bytes:
    options = {"domain": "bakery.example", "selector": "class", "now": NOW, **how}
    return sign(letter, key_pem=key, **options) + letter  # type: ignore[arg-type]


def verdict(town: ZoneResolver, letter: bytes, now: float = NOW) -> DkimVerdict:
    (found,) = check_dkim(town, letter, now)
    return found


FORMS = [("relaxed", "relaxed"), ("relaxed", "simple"), ("simple", "simple"), ("simple", "relaxed")]


@pytest.mark.parametrize("form", FORMS, ids="/".join)
def test_a_letter_as_it_was_signed_passes(
    town: ZoneResolver, key_pem: bytes, form: tuple[str, str]
) -> None:
    """With all that there is to tell about the signature."""
    found = verdict(town, signed(key_pem, form=form))
    assert found.result is DkimResult.PASS
    assert found.reason == ""
    assert (found.domain, found.selector) == ("bakery.example", "class")
    assert found.identity == "@bakery.example"
    assert found.fields == ("from", "to", "subject", "from")
    assert found.algorithm == "rsa-sha256"
    assert found.bits == 2048
    assert re.fullmatch(r"[A-Za-z0-9+/]{8}", found.start)
    assert found.finding().level is Level.GOOD
    assert [answer.type for answer in found.answers] == ["TXT"]


def test_the_same_is_signed_the_same(key_pem: bytes) -> None:
    """Letter, key and time given, so that a lesson's transcript is always the same."""
    assert signed(key_pem) == signed(key_pem)
    assert signed(key_pem) != signed(key_pem, now=NOW + 1)
    header = signed(key_pem)[: -len(LETTER)]
    assert header.endswith(b"\r\n")
    assert all(len(line) <= 78 for line in header.split(b"\r\n"))
    assert b"t=1700000000" in header


CHANGES = [
    # what happens on the way, what then fails in relaxed and in simple form
    pytest.param(b"Ten rolls,  please. ", b"Ten rolls, please.", "", "body-changed", id="spaces"),
    pytest.param(b"Ten", b"Two", "body-changed", "body-changed", id="body"),
    pytest.param(b"\r\n\r\n\r\n", b"\r\n", "", "", id="empty-lines-at-the-end"),
    pytest.param(
        b"Ann\r\n", b"Ann\r\n-- \r\nList\r\n", "body-changed", "body-changed", id="footer"
    ),
    pytest.param(b"  and\r\n rolls", b" and rolls", "", "header-changed", id="folding"),
    pytest.param(b"Subject: B", b"Subject: [list] B", "header-changed", "header-changed", id="tag"),
    pytest.param(b"SUBJECT", b"subject", "", "", id="nothing"),
    pytest.param(b"Subject", b"subject", "", "header-changed", id="name-in-other-case"),
    pytest.param(b"To: ben", b"To: dora", "header-changed", "header-changed", id="recipient"),
    pytest.param(b"To:", b"Cc: x@y.test\r\nTo:", "", "", id="unsigned-field-added"),
    pytest.param(
        b"From: Ann",
        b"From: x@y.test\r\nFrom: Ann",
        "header-changed",
        "header-changed",
        id="second-from",
    ),
]


@pytest.mark.parametrize(("old", "new", "in_relaxed", "in_simple"), CHANGES)
def test_what_may_change_on_the_way(
    town: ZoneResolver, key_pem: bytes, old: bytes, new: bytes, in_relaxed: str, in_simple: str
) -> None:
    """RFC 6376 3.4: the relaxed form bears spaces and folding, no form bears words."""
    for form, reason in (("relaxed", in_relaxed), ("simple", in_simple)):
        letter = signed(key_pem, form=(form, form))
        head, body = letter[: -len(LETTER)], letter[-len(LETTER) :]
        found = verdict(town, head + body.replace(old, new))
        assert found.reason == reason
        assert found.result is (DkimResult.FAIL if reason else DkimResult.PASS)


def edited(letter: bytes, old: bytes, new: bytes) -> bytes:
    assert old in letter
    return letter.replace(old, new, 1)


FAULTS = [
    # a change of the signature itself, the reason, words
    pytest.param(b"v=1", b"v=2", "bad-signature", "no version", id="version"),
    pytest.param(b"v=1; ", b"", "bad-signature", "v= is missing", id="no-version"),
    pytest.param(b"bh=", b"hb=", "bad-signature", "bh= is missing", id="no-body-hash"),
    pytest.param(b"a=rsa-sha256", b"a=rsa-md5", "unknown-algorithm", "rsa-md5", id="algorithm"),
    pytest.param(b"rsa-sha256", b"rsa-sha1", "weak-algorithm", "proves nothing", id="sha1"),
    pytest.param(b"rsa-sha256", b"ed25519-sha256", "unknown-algorithm", "Ed25519", id="ed25519"),
    pytest.param(b"relaxed/relaxed", b"loose", "bad-signature", "c=loose", id="form"),
    pytest.param(b"q=dns/txt", b"q=carrier", "bad-signature", "q=carrier", id="query"),
    pytest.param(b"bh=", b"bh=!", "bad-signature", "bh= is not base64", id="not-base64"),
    pytest.param(b"t=1700000000", b"t=now", "bad-signature", "t=now is no number", id="time"),
    pytest.param(b"t=1700000000", b"t=1700009999", "from-the-future", "from now", id="future"),
    pytest.param(b"t=1700000000", b"x=1; t=2", "bad-signature", "before it was made", id="x-t"),
    pytest.param(b"t=1700000000", b"x=2; t=2", "bad-signature", "or just then", id="x-is-t"),
    pytest.param(b"t=1700000000", b"x=1600000000", "expired", "ended", id="expired"),
    pytest.param(b"t=1700000000", b"l=-1", "bad-signature", "l=-1", id="length"),
    pytest.param(b"t=1700000000", b"l=999", "bad-signature", "and it has 27", id="l-too-large"),
    pytest.param(b"h=from", b"h=nobody", "header-changed", "changed", id="fields"),
    pytest.param(b"; d=", b"; d=; x1=", "bad-signature", "d= is missing", id="empty-domain"),
    pytest.param(b"d=bakery.example", b"d=a..b", "wrong-domain", "is no name", id="bad-domain"),
    pytest.param(b"i=@bakery.example", b"i=@bank.example", "wrong-domain", "bank", id="other-i"),
    pytest.param(b"i=@bakery.example", b"i=bakery.example", "wrong-domain", "i=", id="i-no-at"),
    pytest.param(b"i=@bakery.example", b"i=@a..b", "wrong-domain", "i=@a..b", id="i-bad"),
    pytest.param(b"v=1;", b"v=1; v=1;", "bad-signature", "twice", id="twice"),
    pytest.param(b"v=1;", b"v=1;; ", "bad-signature", "no list of tags", id="empty-tag"),
    pytest.param(b"v=1;", b"v=1; nonsense;", "bad-signature", "no value", id="no-value"),
    pytest.param(b"v=1;", b"v=1; 1x=2;", "bad-signature", "no name of a tag", id="bad-tag"),
    pytest.param(b"v=1;", b"v=1; z=" + b"x" * 5000 + b";", "bad-signature", "longer", id="long"),
    pytest.param(b"v=1;", b"v=1; z=" + b" " * 200 + b"x;", "bad-signature", "gaps", id="gaps"),
    pytest.param(b"s=class", b"s=nokey", "no-key", "no such name", id="no-key"),
    pytest.param(b"s=class", b"s=revoked", "key-revoked", "withdrawn", id="revoked"),
    pytest.param(b"s=class", b"s=tiny", "weak-key", "512 bits", id="weak-key"),
    pytest.param(b"s=class", b"s=other", "other-key", "not made with the key", id="other-key"),
    pytest.param(b"s=class", b"s=slow", "key-unavailable", "TIMEOUT", id="no-answer"),
    pytest.param(b"s=class", b"s=sha1", "bad-key", "not for SHA-256", id="hash-of-key"),
]


def other_key(bits: int = 2048) -> str:
    """A public key that belongs to nobody: an odd number of so many bits."""
    numbers = RSAPublicNumbers(65537, (1 << (bits - 1)) | 12345)
    der = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def txt(name: str, text: str) -> str:
    parts = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
    return f"{name}. TXT {parts}"


def with_keys(town: ZoneResolver) -> ZoneResolver:
    place = "_domainkey.bakery.example"
    town.add(f"revoked.{place}. CNAME revoked._domainkey.office.test.")
    town.add(f"tiny.{place}. CNAME tiny._domainkey.office.test.")
    town.add(f"testing.{place}. CNAME testing._domainkey.office.test.")
    town.add(txt(f"other.{place}", f"v=DKIM1; p={other_key()}"))
    town.add(txt(f"sha1.{place}", f"v=DKIM1; h=sha1; p={other_key()}"))
    town.set_fault(f"slow.{place}", "TXT", Status.TIMEOUT)
    return town


@pytest.mark.parametrize(("old", "new", "reason", "words"), FAULTS)
def test_each_fault_has_its_reason(
    town: ZoneResolver, key_pem: bytes, old: bytes, new: bytes, reason: str, words: str
) -> None:
    """A reason with its result and section, and words that say more."""
    letter = edited(signed(key_pem), old, new)
    found = verdict(with_keys(town), letter)
    result, _ = REASONS[reason]
    assert (found.reason, found.result) == (reason, result), found.words
    assert words in found.words
    assert found.ref.startswith("RFC ")
    assert found.finding().level is not Level.GOOD
    assert found.finding().line().isprintable()


def test_every_reason_can_happen() -> None:
    """The table of reasons has no row that nothing comes to; the rest are tested below."""
    told = {str(case.values[2]) for case in FAULTS}
    below = {"too-many", "too-large", "bad-letter", "from-not-signed", "bad-key", "long-key"}
    changes = {"body-changed", "header-changed"}
    assert told | below | changes == set(REASONS)


def test_from_must_be_signed(town: ZoneResolver, key_pem: bytes) -> None:
    """RFC 6376 5.4: or anybody could write another one."""
    letter = signed(key_pem)
    start = letter.index(b"h=from")
    end = letter.index(b";", start)
    found = verdict(town, letter[:start] + b"h=to" + letter[end:])
    assert found.reason == "from-not-signed"
    many = b"h=" + b":".join([b"from"] * 150)
    assert "more than" in verdict(town, letter[:start] + many + letter[end:]).words


def test_a_large_letter_is_left_alone_if_somebody_says_so(
    town: ZoneResolver, key_pem: bytes
) -> None:
    """The result says that it was not looked at, which is no failure."""
    (found,) = check_dkim(town, signed(key_pem), NOW, largest=100)
    assert (found.reason, found.result) == ("too-large", DkimResult.POLICY)
    assert "up to 100" in found.words
    assert check_dkim(town, b"From: a@b.example\r\n\r\nx", NOW, largest=1) == ()


def test_a_signature_can_expire(town: ZoneResolver, key_pem: bytes) -> None:
    """By the caller's clock, with some minutes of grace."""
    letter = signed(key_pem, expires=NOW + 3600)
    assert verdict(town, letter, NOW + 3600).result is DkimResult.PASS
    assert verdict(town, letter, NOW + 3700).result is DkimResult.PASS
    assert verdict(town, letter, NOW + 7200).reason == "expired"
    assert verdict(town, letter, NOW - 7200).reason == "from-the-future"


def test_a_body_signed_in_part_is_told(town: ZoneResolver, key_pem: bytes) -> None:
    """l= lets anything follow (RFC 6376 8.2): a pass, with a warning."""
    signer = dkim.DKIM(LETTER)
    header = signer.sign(b"class", b"bakery.example", key_pem, length=True)
    found = verdict(town, header + LETTER + b"Buy rolls!\r\n", time.time())
    assert found.result is DkimResult.PASS
    assert "anything may follow" in found.words


def test_a_domain_that_is_testing_says_so(town: ZoneResolver, key_pem: bytes) -> None:
    """t=y in the key record."""
    found = verdict(with_keys(town), signed(key_pem, selector="testing"))
    assert found.result is DkimResult.PASS
    assert found.testing


def test_a_key_may_forbid_subdomains(town: ZoneResolver, key_pem: bytes) -> None:
    """t=s: i= must have d= itself behind its "@" (RFC 6376 3.6.1)."""
    key = town.query("class._domainkey.office.test", "TXT").records[0].txt
    town.add(txt("strict._domainkey.bakery.example", key.replace("v=DKIM1;", "v=DKIM1; t=s;")))
    letter = signed(key_pem, selector="strict", identity="ann@news.bakery.example")
    assert verdict(town, letter).reason == "wrong-domain"
    letter = signed(key_pem, selector="strict", identity="ann@bakery.example")
    assert verdict(town, letter).result is DkimResult.PASS
    letter = signed(key_pem, identity="ann@news.bakery.example")
    assert verdict(town, letter).result is DkimResult.PASS


def test_several_signatures_are_judged_each(town: ZoneResolver, key_pem: bytes) -> None:
    """A bad one does not spoil a good one, whatever their order."""
    good = sign(LETTER, "bakery.example", "class", key_pem, NOW)
    bad = good.replace(b"bakery.example", b"bank.example")
    for letter in (good + bad + LETTER, bad + good + LETTER):
        found = check_dkim(town, letter, NOW)
        assert sorted(one.result.value for one in found) == ["fail", "pass"]


def test_a_crowd_of_signatures_is_bounded(town: ZoneResolver, key_pem: bytes) -> None:
    """Ten are looked at; that there are more is said."""
    header = sign(LETTER, "bakery.example", "class", key_pem, NOW)
    found = check_dkim(town, header * 10 + LETTER, NOW)
    assert len(found) == MOST_SIGNATURES
    found = check_dkim(town, header * 50 + LETTER, NOW)
    assert len(found) == MOST_SIGNATURES + 1
    assert found[-1].reason == "too-many"


def test_a_large_letter_is_not_read_ten_times(
    town: ZoneResolver, key_pem: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each signature reads the body, so a large one is read for fewer of them, and at least one."""
    monkeypatch.setattr(dkim_check, "MOST_OCTETS", 250)
    for line, count in ((b"x" * 68, 3), (b"x" * 300, 1)):
        letter = LETTER[: LETTER.index(b"Ten")] + line + b"\r\n" * 500
        header = sign(letter, "bakery.example", "class", key_pem, NOW)
        reasons = [one.reason for one in check_dkim(town, header * 10 + letter, NOW)]
        assert reasons == [""] * count + ["too-many"]


def test_a_million_line_ends_cost_no_time(town: ZoneResolver, key_pem: bytes) -> None:
    """Those at the end count for nothing, so all but one are gone before any signature is read."""
    letter = LETTER + b"\r\n" * 1_000_000
    start = time.perf_counter()
    for form in ("simple", "relaxed"):
        assert verdict(town, signed(key_pem, letter, form=("simple", form))).reason == ""
    assert time.perf_counter() - start < 5


def test_a_bare_lf_ends_a_line(town: ZoneResolver, key_pem: bytes) -> None:
    """As dkimpy has it when it signs; so such a letter is the same with either line end."""
    letter = LETTER.replace(b"\r\n", b"\n")
    header = sign(letter, "bakery.example", "class", key_pem, NOW)
    assert verdict(town, header + LETTER).reason == ""
    assert verdict(town, header.replace(b"\r\n", b"\n") + letter).reason == ""


UNSIGNED = [b"", b"\r\n", LETTER, b"x", b"From: a@b\r\n\r\nDKIM-Signature: v=1\r\n", b"\r\n\r\nx"]


@pytest.mark.parametrize("letter", UNSIGNED, ids=repr)
def test_a_letter_without_signature_has_no_verdict(town: ZoneResolver, letter: bytes) -> None:
    """What stands in the body is no signature."""
    assert check_dkim(town, letter, NOW) == ()


HOSTILE = [
    pytest.param(b" folded\r\nDKIM-Signature: v=1\r\n\r\n", "bad-letter", id="folded-first"),
    pytest.param(b"no colon\r\nDKIM-Signature: v=1\r\n\r\n", "bad-letter", id="no-field"),
    pytest.param(b"Subject : x\r\nDKIM-Signature: v=1\r\n\r\n", "bad-letter", id="space-in-name"),
    pytest.param(
        b"X: y\r\n" * (MOST_LINES + 1) + b"DKIM-Signature: v=1\r\n\r\n", "bad-letter", id="lines"
    ),
    pytest.param(
        b"X: " + b"y" * MOST_HEADER + b"\r\nDKIM-Signature: v=1\r\n\r\n", "bad-letter", id="large"
    ),
    pytest.param(b"DKIM-Signature:\r\n\r\n", "bad-signature", id="empty"),
    pytest.param(b"DKIM-Signature: \xff\xfe=\xff\r\n\r\n", "bad-signature", id="bytes"),
    pytest.param(b"DKIM-Signature: v=1\r\n", "bad-signature", id="no-body"),
]


@pytest.mark.parametrize(("letter", "reason"), HOSTILE)
def test_odd_letters_are_no_crash(town: ZoneResolver, letter: bytes, reason: str) -> None:
    """They cannot be checked, and say why."""
    assert verdict(town, letter).reason == reason


def test_a_long_run_of_spaces_costs_no_time(town: ZoneResolver, key_pem: bytes) -> None:
    """dkimpy alone takes minutes for this letter; we relax it first, to the same octets."""
    letter = LETTER.replace(b"Ten", b" " * 1_000_000 + b"x")
    start = time.perf_counter()
    assert verdict(town, signed(key_pem, letter)).result is DkimResult.PASS
    assert time.perf_counter() - start < 5


BODIES = [
    b"", b"a", b"a ", b" a", b"a \r\n", b" \r\n \r\n", b"a\tb  c\r\n", b"\ta\r\n\r\n\r\n", b"\r\n",
    b"a\nb \n c\r\n", b"a\r\n  ", b"\x0b\x0c \r\n", b"a\r\r\n", b"a\r\n\r", b"\n\r\n\r\n",
]  # fmt: skip


def check_forms(body: bytes) -> None:
    for form in (dkim.canonicalization.Relaxed, dkim.canonicalization.Simple):
        relax = form.name == b"relaxed"
        reduced = relaxed(body) if relax else trimmed(body)
        assert form.canonicalize_body(reduced) == form.canonicalize_body(body)
        assert completed(reduced, relax=relax) == form.canonicalize_body(body)


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_relaxing_first_changes_nothing(body: bytes) -> None:
    """What we hash is what dkimpy makes of the body; it makes the same of what we relaxed."""
    check_forms(body)


@given(
    st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"\r", b"\n", b" " * 9])).map(b"".join)
)
def test_every_body_has_the_octets_that_dkimpy_hashes(body: bytes) -> None:
    """Whatever stands at its end or between its words."""
    check_forms(body)


def test_a_big_letter_costs_little(town: ZoneResolver, key_pem: bytes) -> None:
    """As many octets as servers take are checked while others wait: a body of two mebibytes."""
    letter = LETTER + b"The quick brown fox,  and\tthe lazy dog.\r\n" * 50_000
    found = verdict(town, signed(key_pem, letter))
    assert found.result is DkimResult.PASS
    changed = signed(key_pem, letter).replace(b"lazy", b"busy", 1)
    assert verdict(town, changed).reason == "body-changed"


# Keys

KEYS = [
    pytest.param("v=DKIM2; p=x", "bad-key", "no version", id="version"),
    pytest.param("v=DKIM1", "bad-key", "holds no key", id="no-key"),
    pytest.param("p=", "key-revoked", "withdrawn", id="revoked"),
    pytest.param("v=DKIM1; p=x; p=y", "bad-key", "twice", id="twice"),
    pytest.param("p=!", "bad-key", "no RSA key", id="not-base64"),
    pytest.param("p=AAAA", "bad-key", "no RSA key", id="not-a-key"),
    pytest.param("p=MAA=", "bad-key", "no RSA key", id="empty-sequence"),
    pytest.param("k=dsa; p=x", "unknown-algorithm", "nobody has defined", id="kind"),
    pytest.param("k=ed25519; p=x", "unknown-algorithm", "does not check", id="ed25519"),
    pytest.param("s=other; p=x", "bad-key", "not for mail", id="service"),
    pytest.param(f"p={other_key(1023)}", "weak-key", "1023 bits", id="weak"),
    pytest.param(f"p={other_key(4104)}", "long-key", "4104 bits", id="long"),
    pytest.param("", "bad-key", "holds no key", id="nothing"),
    pytest.param("\x1b]0;x\x07", "bad-key", "no value", id="escapes"),
]


@pytest.mark.parametrize(("text", "trouble", "words"), KEYS)
def test_keys_that_cannot_be_used(text: str, trouble: str, words: str) -> None:
    """Each for its reason; and nothing of it reaches the screen raw."""
    key = read_key("x._domainkey.example", text)
    assert key.trouble == trouble
    assert words in key.words
    assert key.findings[0].level is Level.BAD
    assert key.findings[0].line().isprintable()


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("v=DKIM1; k=rsa; s=email; p={2048}", Level.GOOD),
        ("p={2048}", Level.GOOD),
        ("s=tlsrpt:*; t=s; p={2048}", Level.GOOD),
        ("p={1024}", Level.ODD),
        ("t=y : s; p={2048}", Level.ODD),
        ("unknown=1; p= {2048}", Level.GOOD),
    ],
)
def test_keys_that_can_be_used(text: str, level: Level) -> None:
    """Short ones are remarked upon, and those of a domain that is testing."""
    for bits in (1024, 2048):
        text = text.replace(f"{{{bits}}}", other_key(bits))
    key = read_key("x._domainkey.example", text)
    assert key.trouble == ""
    assert key.findings[-1].level is level


def test_an_exponent_of_thousands_of_bits_is_not_computed_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would take seconds; no honest key has more than some dozens."""
    huge = {"modulus": 1 << 2047 | 1, "publicExponent": 1 << 2000}
    monkeypatch.setattr(dkim.crypto, "parse_public_key", lambda _: huge)
    assert read_key("x", "p=AAAA").trouble == "long-key"


def test_a_record_longer_than_any_key_is_none() -> None:
    """It was cut, so what is left of it means nothing."""
    zone = ZoneResolver.from_text(txt("x._domainkey.example", "p=" + "A" * 5000))
    key = find_key(zone, "x", "example")
    assert key.trouble == "bad-key"
    assert len(key.text) == 4096


def test_findings_of_a_missing_key_name_it_once(town: ZoneResolver) -> None:
    """And DNS trouble is no fault of the domain's."""
    (found,) = find_key(town, "nix", "bakery.example").findings
    assert found.words.count("nix._domainkey.bakery.example") == 1
    assert find_key(town, "x", "sleepy.example").findings[0].level is Level.UNKNOWN


# Signing


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key_pem": b"no key"}, "cannot be signed"),
        ({"key_pem": b"--\nAAAA\n--"}, "cannot be signed"),
        ({"letter": b"no header"}, "cannot be signed"),
        ({"letter": b" x\r\n\r\n"}, "cannot be signed"),
        ({"identity": "ann@bank.example"}, "cannot be signed"),
    ],
)
def test_what_cannot_be_signed_is_said(
    key_pem: bytes, change: dict[str, object], message: str
) -> None:
    """A key that is none, a letter that is none, a name that is not the domain's."""
    how = {
        "letter": LETTER,
        "domain": "bakery.example",
        "selector": "class",
        "key_pem": key_pem,
        "now": NOW,
        **change,
    }
    with pytest.raises(ValueError, match=message):
        sign(**how)  # type: ignore[arg-type]


def test_a_domain_of_other_letters_is_signed_for_by_its_a_label(key_pem: bytes) -> None:
    """Which is what can be asked for in DNS."""
    assert b"d=xn--bckerei-5wa.example" in signed(key_pem, domain="bäckerei.example")
