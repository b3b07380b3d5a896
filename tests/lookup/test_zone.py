"""Zone files read, asked and edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpshell.errors import DataFileError, UsageError
from smtpshell.lookup.resolver import MOST_RECORDS, Status
from smtpshell.lookup.zone import ZoneResolver
from smtpshell.lookup.zonefile import MOST_RECORDS_OF_A_FILE, parse_zone

ZONE = r"""; a comment; with ( a parenthesis
$TTL 2h
$ORIGIN office.test.
@       IN MX  20 two
           MX  10 one          ; the better one
one     300    A   192.0.2.1
        IN     AAAA 2001:db8::1
two            A   192.0.2.2
long           TXT ( "semi;colon" " (paren)"   ; not a comment inside quotes
                     " \"quoted\"" )
after          A   192.0.2.3
*.wild         A   192.0.2.9
x.y.deep       A   192.0.2.8
www            CNAME one
far            CNAME www
lost           CNAME nowhere
round          CNAME round2
round2         CNAME round
self           CNAME self
null           MX 0 .
esc\.aped      A   192.0.2.7
outside.test.  A   192.0.2.6
$ORIGIN 2.0.192.in-addr.arpa.
1              PTR one.office.test.
;$FAULT broken.test. * SERVFAIL
;$FAULT slow.test. txt TIMEOUT
;$SECURE office.test.
"""


@pytest.fixture
def zone() -> ZoneResolver:
    return ZoneResolver.from_text(ZONE, "lesson.zone")


QUESTIONS = [
    pytest.param("office.test", "MX", "NOERROR", ["one.office.test", "two.office.test"], id="mx"),
    pytest.param("ONE.office.TEST.", "a", "NOERROR", ["192.0.2.1"], id="any-case"),
    pytest.param("one.office.test", "AAAA", "NOERROR", ["2001:db8::1"], id="owner-inherited"),
    pytest.param("one.office.test", "TXT", "NODATA", [], id="no-such-type"),
    pytest.param("nix.office.test", "A", "NXDOMAIN", [], id="no-such-name"),
    pytest.param("y.deep.office.test", "A", "NODATA", [], id="empty-non-terminal"),
    pytest.param("a.b.wild.office.test", "A", "NOERROR", ["192.0.2.9"], id="wildcard"),
    pytest.param("a.wild.office.test", "MX", "NODATA", [], id="wildcard-other-type"),
    pytest.param("www.office.test", "A", "NOERROR", ["192.0.2.1"], id="cname"),
    pytest.param("far.office.test", "A", "NOERROR", ["192.0.2.1"], id="two-cnames"),
    pytest.param("www.office.test", "CNAME", "NOERROR", ["one.office.test"], id="cname-itself"),
    pytest.param("www.office.test", "MX", "NODATA", [], id="cname-no-such-type"),
    pytest.param("lost.office.test", "A", "NXDOMAIN", [], id="cname-to-nowhere"),
    pytest.param("round.office.test", "A", "SERVFAIL", [], id="cname-circle"),
    pytest.param("self.office.test", "A", "SERVFAIL", [], id="cname-to-itself"),
    pytest.param("null.office.test", "MX", "NOERROR", [""], id="null-mx"),
    pytest.param("1.2.0.192.in-addr.arpa", "PTR", "NOERROR", ["one.office.test"], id="ptr"),
    pytest.param("broken.test", "A", "SERVFAIL", [], id="fault"),
    pytest.param("a.b.broken.test", "MX", "SERVFAIL", [], id="fault-below"),
    pytest.param("slow.test", "TXT", "TIMEOUT", [], id="fault-of-a-type"),
    pytest.param("slow.test", "A", "NXDOMAIN", [], id="fault-of-another-type"),
    pytest.param("a..b", "A", "BADNAME", [], id="bad-name"),
    pytest.param("elsewhere.example", "A", "NXDOMAIN", [], id="outside-all-zones"),
    pytest.param(r"esc\.aped.office.test", "A", "NOERROR", ["192.0.2.7"], id="escaped-dot"),
    pytest.param("outside.test", "A", "NOERROR", ["192.0.2.6"], id="not-below-the-origin"),
    pytest.param("", "NS", "NODATA", [], id="root"),
]


@pytest.mark.parametrize(("name", "type", "status", "values"), QUESTIONS)
def test_it_answers_as_a_resolver_would(
    zone: ZoneResolver, name: str, type: str, status: str, values: list[str]
) -> None:
    """CNAMEs followed, wildcards filled in, faults as marked, "no name" told from "no type"."""
    answer = zone.query(name, type)
    assert answer.status is Status(status)
    assert list(answer.values()) == values
    assert answer.source == "zone"


def test_a_record_tells_where_it_stands(zone: ZoneResolver) -> None:
    """File and line, with the time to live of its line or of $TTL; long ones at their first."""
    (long,) = zone.query("long.office.test", "TXT").records
    assert long.source == "lesson.zone:9"
    assert long.octets == b'semi;colon (paren) "quoted"'
    assert long.ttl == 7200
    (after,) = zone.query("after.office.test", "A").records
    assert after.source == "lesson.zone:11"
    assert zone.query("one.office.test", "A").ttl == 300
    assert zone.query("office.test", "MX").records[0].text == "10 one.office.test."


def test_what_is_signed_is_marked(zone: ZoneResolver) -> None:
    """All of a chain must be, and a zone without marks proves nothing."""
    assert zone.query("far.office.test", "A").authentic
    assert zone.query("nix.office.test", "A").authentic
    assert not zone.query("1.2.0.192.in-addr.arpa", "PTR").authentic
    assert not ZoneResolver.from_text("x. A 192.0.2.1").query("x", "A").authentic


def chain(links: int) -> ZoneResolver:
    text = "".join(f"n{one}. CNAME n{one + 1}.\n" for one in range(links))
    return ZoneResolver.from_text(f"{text}n{links}. A 192.0.2.1\n")


def test_a_long_chain_is_given_up() -> None:
    """Eight links are followed."""
    assert chain(8).query("n0", "A").values() == ("192.0.2.1",)
    assert chain(9).query("n0", "A").status is Status.SERVFAIL


def test_a_wildcard_at_the_root_and_none_below_what_exists() -> None:
    """RFC 4592 3.3.1: the closest name that exists decides, and it may have no asterisk."""
    zone = ZoneResolver.from_text("*. A 192.0.2.1\nx.test. A 192.0.2.2\n")
    assert zone.query("any.thing", "A").values() == ("192.0.2.1",)
    assert zone.query("y.test", "A").status is Status.NXDOMAIN


def test_records_beyond_the_bound_are_counted() -> None:
    """The best MX are kept, whatever their order in the file."""
    text = "".join(f"x.test. MX {200 - one} m{one}.test.\n" for one in range(150))
    answer = ZoneResolver.from_text(text).query("x.test", "MX")
    assert len(answer.records) == MOST_RECORDS
    assert answer.left_off == 50
    assert answer.records[0].preference == 51


def test_several_files_make_one_world(tmp_path: Path) -> None:
    """And the same record twice is one."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.zone").write_text(f"{name}.test. A 192.0.2.1\nx.test. A 192.0.2.2\n")
    zone = ZoneResolver.load([tmp_path / "a.zone", tmp_path / "b.zone"])
    assert zone.query("a.test", "A").values() == zone.query("b.test", "A").values()
    assert zone.query("x.test", "A").records[0].source == "b.zone:2"
    assert len(zone.query("x.test", "A").records) == 1


WRONG = [
    pytest.param("x.test. A 192.0.2.1\ny.test. A 192.0.2.300\n", 2, id="bad-address"),
    pytest.param("\n\nx.test. NIX data\n", 3, id="unknown-type"),
    pytest.param("  A 192.0.2.1\n", 1, id="no-owner"),
    pytest.param("x.test.\n", 1, id="name-alone"),
    pytest.param("a..b. A 192.0.2.1\n", 1, id="bad-name"),
    pytest.param('x. TXT ( "a"\n"b"\n', 1, id="parenthesis-not-closed"),
    pytest.param('x. TXT "a\n', 1, id="quote-not-closed"),
    pytest.param("$INCLUDE /etc/passwd\n", 1, id="include"),
    pytest.param("$GENERATE 1-99999 h$ A 192.0.2.1\n", 1, id="generate"),
    pytest.param("x. A 192.0.2.1\n$INCLUDE y\n", 2, id="include-later"),
    pytest.param("$TTL soon\n", 1, id="bad-ttl"),
    pytest.param("$ORIGIN a..b\n", 1, id="bad-origin"),
    pytest.param("$ORIGIN\n", 1, id="no-origin"),
    pytest.param(";$FALUT x. A SERVFAIL\n", 1, id="misspelt-mark"),
    pytest.param(";$FAULT x. A BROKEN\n", 1, id="unknown-fault"),
    pytest.param(";$FAULT x.\n", 1, id="fault-too-short"),
    pytest.param(";$\n", 1, id="mark-alone"),
    pytest.param(";$SECURE a..b\n", 1, id="mark-of-a-bad-name"),
]


@pytest.mark.parametrize(("text", "line"), WRONG)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int) -> None:
    """And nothing but DataFileError comes of any file."""
    with pytest.raises(DataFileError, match=rf"^bad\.zone:{line}: "):
        parse_zone(text, "bad.zone")


def test_a_file_makes_no_crowds() -> None:
    """Bounded in records, beside the bound of its octets."""
    text = "x.test. TXT a\n" + " TXT a\n" * MOST_RECORDS_OF_A_FILE
    with pytest.raises(DataFileError, match="more than"):
        parse_zone(text, "big.zone")


def test_a_comment_is_none_to_a_mark_behind_it() -> None:
    """A mark may have a comment; a semicolon elsewhere begins one."""
    data = parse_zone(";$SECURE x.test. ; why not\n; $FAULT not a mark\n", "x")
    assert data.secure == ("x.test",)
    assert not data.entries
    assert not data.faults


# :zone


def test_records_are_added_replaced_and_removed(zone: ZoneResolver) -> None:
    """By lines of a zone file; what was typed says so."""
    added = zone.add("mail.student.test. 60 A 192.0.2.10")
    assert added.name == "mail.student.test"
    assert zone.query("mail.student.test", "A").records[0].source == ":zone 1"
    zone.add("mail.student.test. A 192.0.2.11")
    assert len(zone.query("mail.student.test", "A").records) == 2
    zone.replace("Mail.Student.test. A 192.0.2.12")
    assert zone.query("mail.student.test", "A").values() == ("192.0.2.12",)
    zone.add("mail.student.test. TXT x")
    assert [one.type for one in zone.remove("mail.student.test", "txt")] == ["TXT"]
    assert zone.remove("mail.student.test") != ()
    assert zone.query("mail.student.test", "A").status is Status.NXDOMAIN
    assert zone.remove("mail.student.test") == ()
    assert zone.remove("a..b") == ()


@pytest.mark.parametrize(
    "line", ["", "nonsense", "x. A 192.0.2.1\ny. A 192.0.2.2", "$INCLUDE x", ";$SECURE x."]
)
def test_what_is_typed_wrong_changes_nothing(zone: ZoneResolver, line: str) -> None:
    """And the user is told, with an example."""
    before = list(zone.listing())
    with pytest.raises(UsageError) as caught:
        zone.add(line)
    assert caught.value.hint
    assert list(zone.listing()) == before


def test_a_copy_goes_its_own_way(zone: ZoneResolver) -> None:
    """So that one can go back."""
    zone.set_fault("x.test", "*", Status.TIMEOUT)
    twin = zone.copy()
    twin.add("new.test. A 192.0.2.1")
    twin.remove("one.office.test")
    twin.set_fault("x.test", "*", None)
    assert zone.query("new.test", "A").status is Status.NXDOMAIN
    assert zone.query("one.office.test", "A").status is Status.NOERROR
    assert zone.query("x.test", "A").status is Status.TIMEOUT
    assert twin.query("x.test", "A").status is Status.NXDOMAIN
    assert twin.query("two.office.test", "A").authentic
    assert len(zone.faults) == len(twin.faults) + 1


def test_the_listing_is_a_zone_file(zone: ZoneResolver) -> None:
    """It can be read again, and gives the same answers."""
    again = ZoneResolver.from_text("\n".join(zone.listing()))
    assert list(again.listing()) == list(zone.listing())
    assert list(zone.listing("two.office.test")) == ["two.office.test. 7200 A 192.0.2.2"]
    assert list(zone.listing("a..b")) == []


def test_a_zone_is_asked_without_a_socket(zone: ZoneResolver, no_socket: None) -> None:
    """Nothing of a lesson leaves the machine."""
    assert not zone.live
    assert zone.query("www.office.test", "A").values() == ("192.0.2.1",)


def test_names_can_be_listed(town: ZoneResolver) -> None:
    """For completion: all names, those with a type, and domains that say something about mail."""
    assert "mail.student.test" in town.names()
    assert "10.2.0.192.in-addr.arpa" in town.names("PTR")
    assert "student.test" not in town.names("A")
    assert "bank.example" in town.domains()
    assert not [name for name in town.domains() if "_" in name]


def test_every_change_is_counted(town: ZoneResolver) -> None:
    """Who remembers an answer can see that it may be old."""
    seen = [town.edits]
    town.add("a.student.test. A 192.0.2.11")
    seen.append(town.edits)
    town.remove("a.student.test")
    seen.append(town.edits)
    town.set_fault("student.test", "*", Status.TIMEOUT)
    seen.append(town.edits)
    assert sorted(set(seen)) == seen


def test_a_zone_is_not_edited_without_end(
    town: ZoneResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each edit may add a record."""
    monkeypatch.setattr("smtpshell.lookup.zone.MOST_EDITS", 2)
    town.add("a.student.test. A 192.0.2.11")
    town.add("a.student.test. A 192.0.2.12")
    with pytest.raises(UsageError, match="edited too often"):
        town.add("a.student.test. A 192.0.2.13")
