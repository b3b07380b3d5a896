"""Paths, right and wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpshell.smtp.path import Path, _PathReader, parse_path

RIGHT = [
    pytest.param("<>", Path("", null=True), "", id="null"),
    pytest.param(
        "<ana@office.test>",
        Path("ana@office.test", (), "ana", "office.test"),
        "ana@office.test",
        id="mailbox",
    ),
    pytest.param(
        "<a.b+c@x-1.office.test>",
        Path("a.b+c@x-1.office.test", (), "a.b+c", "x-1.office.test"),
        "a.b+c@x-1.office.test",
        id="dots-and-hyphens",
    ),
    pytest.param("<ana@host>", Path("ana@host", (), "ana", "host"), "ana@host", id="one-label"),
    pytest.param(
        "<!#$%&'*+/=?^_`{|}~-@x.test>",
        Path("!#$%&'*+/=?^_`{|}~-@x.test", (), "!#$%&'*+/=?^_`{|}~-", "x.test"),
        "!#$%&'*+/=?^_`{|}~-@x.test",
        id="every-atext",
    ),
    pytest.param(
        "<Postmaster>", Path("Postmaster", (), "Postmaster"), "Postmaster", id="postmaster"
    ),
    pytest.param(
        '<"ana maria"@x.test>',
        Path('"ana maria"@x.test', (), "ana maria", "x.test", quoted=True),
        '"ana maria"@x.test',
        id="quoted",
    ),
    pytest.param(
        '<"ana"@x.test>',
        Path('"ana"@x.test', (), "ana", "x.test", quoted=True),
        "ana@x.test",
        id="quoted-without-need",
    ),
    pytest.param(
        r'<"a\"b\\c>@,"@x.test>',
        Path(r'"a\"b\\c>@,"@x.test', (), r'a"b\c>@,', "x.test", quoted=True),
        r'"a\"b\\c>@,"@x.test',
        id="quoted-pairs",
    ),
    pytest.param(
        '<""@x.test>',
        Path('""@x.test', (), "", "x.test", quoted=True),
        '""@x.test',
        id="empty-quotes",
    ),
    pytest.param(
        "<ana@[192.0.2.7]>",
        Path("ana@[192.0.2.7]", (), "ana", "[192.0.2.7]", literal=True),
        "ana@[192.0.2.7]",
        id="ipv4-literal",
    ),
    pytest.param(
        "<ana@[IPv6:2001:db8::7]>",
        Path("ana@[IPv6:2001:db8::7]", (), "ana", "[IPv6:2001:db8::7]", literal=True),
        "ana@[IPv6:2001:db8::7]",
        id="ipv6-literal",
    ),
    pytest.param(
        "<ana@[x-tag:a@b]>",
        Path("ana@[x-tag:a@b]", (), "ana", "[x-tag:a@b]", literal=True),
        "ana@[x-tag:a@b]",
        id="general-literal",
    ),
    pytest.param(
        "<josé@bücher.example>",
        Path("josé@bücher.example", (), "josé", "bücher.example"),
        "josé@bücher.example",
        id="utf-8",
    ),
]


@pytest.mark.parametrize(("said", "path", "mailbox"), RIGHT)
def test_what_is_right_has_no_problem(said: str, path: Path, mailbox: str) -> None:
    """Every form of RFC 5321 4.1.2 and 4.1.3, and what its text is read back as."""
    read, _, problems, end = parse_path(said)
    assert read == path
    assert problems == []
    assert end == len(said)
    assert str(path) == said
    assert path.mailbox == mailbox


ROUTES = [
    pytest.param("<@a.test:ana@b.test>", ("a.test",), [("source-route", 1, 9)], id="one-hop"),
    pytest.param(
        "<@a.test,@b.test:ana@c.test>",
        ("a.test", "b.test"),
        [("source-route", 1, 17)],
        id="two-hops",
    ),
    pytest.param(
        "<@a_b,@a_b:ana@c.test>",
        ("a_b", "a_b"),
        [("source-route", 1, 11), ("bad-domain", 2, 5), ("bad-domain", 7, 10)],
        id="bad-hops",
    ),
    pytest.param(
        "<@a.test,b.test:ana@c.test>",
        ("a.test", "b.test"),
        [("source-route", 1, 16)],
        id="at-left-out",
    ),
]


@pytest.mark.parametrize(("said", "route", "problems"), ROUTES)
def test_source_routes_are_read_and_called_obsolete(
    said: str, route: tuple[str, ...], problems: list[tuple[str, int, int]]
) -> None:
    """RFC 5321 F.2; the mailbox is the one behind the colon."""
    path, _, found, _ = parse_path(said)
    assert path is not None
    assert path.route == route
    assert path.local_part == "ana"
    assert [(p.issue, p.start, p.end) for p in found] == problems


# said, the mailbox that is read, problems, where the path ends
WRONG = [
    pytest.param("ana@x.test", "ana@x.test", [("no-angle-brackets", 0, 10)], 10, id="no-brackets"),
    pytest.param(
        "ana@x.test SIZE=1",
        "ana@x.test",
        [("no-angle-brackets", 0, 10)],
        10,
        id="no-brackets-and-parameter",
    ),
    pytest.param(
        '"a b"@x.test', '"a b"@x.test', [("no-angle-brackets", 0, 12)], 12, id="no-brackets-quoted"
    ),
    pytest.param(
        "<ana@x.test", "ana@x.test", [("unbalanced-brackets", 0, 11)], 11, id="not-closed"
    ),
    pytest.param(
        "<ana@x.test SIZE=1",
        "ana@x.test",
        [("unbalanced-brackets", 0, 11)],
        11,
        id="not-closed-and-parameter",
    ),
    pytest.param(
        "<ana@x.test AUTH=<>",
        "ana@x.test",
        [("unbalanced-brackets", 0, 11)],
        11,
        id="not-closed-and-brackets-later",
    ),
    pytest.param(
        "ana@x.test>", "ana@x.test", [("unbalanced-brackets", 0, 11)], 11, id="not-opened"
    ),
    pytest.param(
        "<<ana@x.test>>",
        "ana@x.test",
        [("unbalanced-brackets", 0, 2), ("unbalanced-brackets", 12, 14)],
        14,
        id="two-pairs",
    ),
    pytest.param(
        '<"ana@x.test>', '"\\"ana"@x.test', [("bad-local-part", 1, 5)], 13, id="quote-not-closed"
    ),
    pytest.param(
        '<"ana@x.test',
        '"\\"ana"@x.test',
        [("unbalanced-brackets", 0, 12), ("bad-local-part", 1, 5)],
        12,
        id="neither-closed",
    ),
    pytest.param(">", "", [("unbalanced-brackets", 0, 1)], 1, id="closing-alone"),
    pytest.param("<", "", [("unbalanced-brackets", 0, 1)], 1, id="opening-alone"),
    pytest.param("<a@x.test>,<b@x.test>", "a@x.test", [("comma-list", 10, 21)], 21, id="list"),
    pytest.param(
        "<a@x.test>; <b@x.test> ",
        "a@x.test",
        [("comma-list", 10, 22)],
        23,
        id="list-with-semicolon",
    ),
    pytest.param(
        "<a@x.test> <b@x.test>", "a@x.test", [("comma-list", 10, 21)], 21, id="list-with-space"
    ),
    pytest.param(
        "<a@x.test> b@x.test",
        "a@x.test",
        [("comma-list", 10, 19)],
        19,
        id="second-without-brackets",
    ),
    pytest.param(
        "<a@x.test,b@x.test>", "a@x.test", [("comma-list", 9, 18)], 19, id="list-in-brackets"
    ),
    pytest.param(
        "a@x.test,b@x.test",
        "a@x.test",
        [("no-angle-brackets", 0, 17), ("comma-list", 8, 17)],
        17,
        id="list-without-brackets",
    ),
    pytest.param(
        "a@x.test, b@x.test",
        "a@x.test",
        [("no-angle-brackets", 0, 9), ("comma-list", 8, 18)],
        18,
        id="list-without-brackets-with-space",
    ),
    pytest.param("Ana <ana@x.test>", "ana@x.test", [("display-name", 0, 3)], 16, id="name"),
    pytest.param(
        '"Ana Lang" <ana@x.test>', "ana@x.test", [("display-name", 0, 10)], 23, id="quoted-name"
    ),
    pytest.param("Ana<ana@x.test>", "ana@x.test", [("display-name", 0, 3)], 15, id="name-glued"),
    pytest.param(
        "< ana@x.test >",
        "ana@x.test",
        [("space-in-path", 1, 2), ("space-in-path", 12, 13)],
        14,
        id="space-inside",
    ),
    pytest.param(
        "<ana @x.test>", '"ana "@x.test', [("space-in-path", 4, 5)], 13, id="space-before-at"
    ),
    pytest.param(
        "<ana@ x.test>", "ana@ x.test", [("space-in-path", 5, 6)], 13, id="space-behind-at"
    ),
    pytest.param("< >", "", [("space-in-path", 1, 2)], 3, id="only-space"),
    pytest.param(
        "<ana@x.test>SIZE=1", "ana@x.test", [("missing-space", 12, 12)], 12, id="parameter-glued"
    ),
    pytest.param(
        "<ana@x.test>:-) SIZE=1", "ana@x.test", [("junk-after-path", 12, 15)], 15, id="junk"
    ),
    pytest.param("<ana>", "ana", [("no-domain", 4, 4)], 5, id="no-domain"),
    pytest.param("<ana@>", "ana", [("no-domain", 5, 5)], 6, id="at-and-no-domain"),
    pytest.param("<@x.test>", '""@x.test', [("bad-path", 1, 2)], 9, id="no-local-part"),
    pytest.param("<a@b@x.test>", '"a@b"@x.test', [("bad-local-part", 1, 4)], 12, id="two-ats"),
    pytest.param("<a..b@x.test>", '"a..b"@x.test', [("bad-local-part", 1, 5)], 13, id="two-dots"),
    pytest.param("<.a@x.test>", '".a"@x.test', [("bad-local-part", 1, 3)], 11, id="dot-first"),
    pytest.param("<a(b)@x.test>", '"a(b)"@x.test', [("bad-local-part", 1, 5)], 13, id="comment"),
    pytest.param(
        '<"a"b@x.test>', '"\\"a\\"b"@x.test', [("bad-local-part", 1, 5)], 13, id="quotes-and-more"
    ),
    pytest.param(
        '<"a\nb"@x.test>', '"a\nb"@x.test', [("bad-local-part", 1, 6)], 14, id="control-in-quotes"
    ),
    pytest.param(
        "<ana@192.0.2.7>",
        "ana@192.0.2.7",
        [("literal-without-brackets", 5, 14)],
        15,
        id="address-without-brackets",
    ),
    pytest.param(
        "<ana@[192.0.2.777]>", "ana@[192.0.2.777]", [("bad-literal", 5, 18)], 19, id="bad-literal"
    ),
    pytest.param("<ana@a_b.test>", "ana@a_b.test", [("bad-domain", 5, 13)], 14, id="bad-domain"),
]


@pytest.mark.parametrize(("said", "mailbox", "problems", "end"), WRONG)
def test_what_is_wrong_is_read_all_the_same(
    said: str, mailbox: str, problems: list[tuple[str, int, int]], end: int
) -> None:
    """The mailbox that was meant, and what is odd about it, with places."""
    for before in ("", "RCPT TO:"):
        path, _, found, stop = parse_path(before + said, len(before))
        assert path is not None
        assert path.mailbox == mailbox
        assert [(p.issue, p.start - len(before), p.end - len(before)) for p in found] == problems
        assert stop - len(before) == end


def test_where_nothing_stands_there_is_no_path() -> None:
    """The caller knows what should have stood there."""
    assert parse_path("MAIL FROM:", 10) == (None, [], [], 10)


LIMITS = [
    pytest.param("a" * 64, "x.test", [], id="local-part-of-64"),
    pytest.param("a" * 65, "x.test", ["local-part-too-long"], id="local-part-of-65"),
    pytest.param("é" * 32 + "a", "x.test", ["local-part-too-long"], id="local-part-of-65-octets"),
    pytest.param("a", "x" * 63 + ".test", [], id="label-of-63"),
    pytest.param("a", "x" * 64 + ".test", ["domain-too-long"], id="label-of-64"),
    pytest.param("a" * 14, ".".join(["x" * 47] * 5), [], id="path-of-256"),
    pytest.param("a" * 15, ".".join(["x" * 47] * 5), ["path-too-long"], id="path-of-257"),
]


@pytest.mark.parametrize(("local_part", "domain", "issues"), LIMITS)
def test_the_limits_of_the_standard_are_octets(
    local_part: str, domain: str, issues: list[str]
) -> None:
    """RFC 5321 4.5.3.1.1 to 4.5.3.1.3: 64, 255 and 256, and 63 for a label."""
    _, _, problems, _ = parse_path(f"<{local_part}@{domain}>")
    assert [found.issue for found in problems] == issues


def test_postmaster_is_known_in_any_case_and_only_without_a_domain() -> None:
    """RFC 5321 4.5.1."""
    assert Path("postMASTER", (), "postMASTER").postmaster
    assert not Path("postmaster@x.test", (), "postmaster", "x.test").postmaster
    assert not Path("", null=True).postmaster


alphabet = st.sampled_from([*'<>@"\\,;:. \t[]=aé1-\n', "a.test", "<a@b.test>", " SIZE=1"])


@given(st.lists(alphabet, max_size=14).map("".join))
def test_any_text_is_read_and_covered(text: str) -> None:
    """Never raises; the tokens cover what was taken without gap or overlap, in order."""
    path, tokens, problems, end = parse_path(text)
    at = 0
    for token in tokens:
        assert token.start == at < token.end
        at = token.end
    assert at == end <= len(text)
    assert all(0 <= found.start <= found.end <= len(text) for found in problems)
    if path is not None and not problems:
        assert parse_path(str(path))[0] == path


local_parts = st.text(st.sampled_from("ab1._+-"), min_size=1, max_size=8)
domains = st.text(st.sampled_from("ab1.-"), min_size=1, max_size=9).map(lambda text: text + "st")
behind = st.sampled_from(["", " SIZE=1", " X", " ", ">", ",", " <a@b>", "SIZE", " a@b", " \n"])


@given(st.one_of(st.just(""), st.builds("{}@{}".format, local_parts, domains)), behind)
def test_the_short_way_reads_what_the_long_way_reads(inside: str, rest: str) -> None:
    """Plain paths are read by one pattern; that must make no difference."""
    text = f"<{inside}>{rest}"
    reader = _PathReader(text)
    path, end = reader.read(0)
    assert parse_path(text) == (path, reader.tokens, reader.problems, end)
