"""Personalities and scenarios: read from files, laid over each other, wrong ones told by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpshell.errors import DataFileError, UsageError
from smtpshell.resource import lessons_dir
from smtpshell.sandbox.nature.personality import load_personality
from smtpshell.sandbox.nature.phrase import clean, cut, read_phrase
from smtpshell.sandbox.nature.scenario import load_scenario
from smtpshell.sandbox.nature.situation import SITUATIONS
from smtpshell.sandbox.world.message import COPY
from tests.sandbox.play import HELLO, MAIL, RCPT, Talk, codes, make_part

FOLDER = lessons_dir() / "sandbox"
PERSONALITIES = sorted(path.stem for path in (FOLDER / "personalities").glob("*.toml"))
SCENARIOS = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.toml"))

HEAD = 'format = 1\nkind = "personality"\nid = "mine"\nabout = "x"\nlike = "by-the-book"\n'
WORLD = (
    'format = 1\nkind = "scenario"\nid = "mine"\nabout = "x"\nhost = "mail.a.test"\n'
    'domains = ["a.test"]\n[people.ana]\n[aliases]\npostmaster = ["ana"]\n'
)


def write(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


def test_nothing_is_looked_up_by_line_unless_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """To find the lines of all rules takes longer than to read them, and the prompt waits."""
    looked_up: list[object] = []
    monkeypatch.setattr("smtpshell.datafile._offset_of", lambda _, keys: looked_up.append(keys))
    load_personality("postfix-like")
    assert looked_up == []


@pytest.mark.parametrize("name", PERSONALITIES)
def test_ours_are_whole_and_have_reasons(name: str) -> None:
    """Every situation has its reply, and every refusal its why and its place in the standard."""
    personality = load_personality(name)
    assert set(personality.replies) == set(SITUATIONS)
    assert personality.about
    for situation, answer in personality.replies.items():
        if answer.code >= 400:
            assert answer.why, situation
            assert re.match(r"RFC \d+ \d", answer.ref), situation


@pytest.mark.parametrize("name", SCENARIOS)
def test_our_scenarios_load(name: str) -> None:
    """They have people, and use names and addresses that are reserved."""
    scenario = load_scenario(name)
    assert scenario.people
    names = (*scenario.domains, scenario.host)
    assert all(name.endswith((".test", ".example")) for name in names)


def test_like_inherits_and_overrides(tmp_path: Path) -> None:
    """What a file does not say is as in the one it is like; what it says is its own."""
    write(tmp_path, HEAD + '[replies]\nmail-ok = "250 2.1.0 Fine"\n[limits]\nerrors = 3\n')
    child = HEAD.replace('"mine"', '"child"').replace("by-the-book", "mine")
    write(tmp_path, child + "[replies.mail-ok]\ndelay = 2\n", "child")
    personality = load_personality("child", [tmp_path])
    assert personality.like == ("mine", "by-the-book")
    assert personality.limits.errors == 3
    assert personality.limits.junk == 100
    mail_ok = personality.replies["mail-ok"]
    assert (mail_ok.code, mail_ok.phrases[0].fill({}), mail_ok.delay) == (250, "2.1.0 Fine", 2)


def test_a_reason_names_file_and_line(tmp_path: Path) -> None:
    """`:why` can say where an answer is written."""
    path = write(tmp_path, HEAD + '[replies]\nmail-nested = "503 5.5.1 No"\n')
    talk = Talk(make_part("mine", folder=tmp_path))
    talk.say(HELLO, MAIL, MAIL)
    reason = talk.view.last_reason
    assert reason is not None
    assert (reason.rule, reason.file, reason.line) == ("mail-nested", str(path), 7)
    assert reason.ref == "RFC 5321 4.1.4"
    assert "RSET" in reason.words
    assert reason.answer == "503 5.5.1 No"


def test_a_server_without_enhanced_codes(tmp_path: Path) -> None:
    """One switch takes them all away."""
    write(tmp_path, "enhanced_codes = false\n" + HEAD)
    talk = Talk(make_part("mine", folder=tmp_path))
    assert codes(talk.say(HELLO, MAIL)) == ["250"]
    assert codes(talk.say(MAIL)) == ["503"]


def test_replies_of_several_lines(tmp_path: Path) -> None:
    """A list of texts becomes one reply, with dashes."""
    write(tmp_path, HEAD + '[replies]\nrcpt-relay = ["550 5.7.1 No.", "550 5.7.1 Ask {host}"]\n')
    talk = Talk(make_part("mine", folder=tmp_path))
    reply = talk.say(HELLO, MAIL, "RCPT TO:<carl@elsewhere.test>")
    assert reply == "550-5.7.1 No.\r\n550 5.7.1 Ask mail.office.test\r\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[limit]\n", 6, 'unknown key "limit"; did you mean "limits"?'),
        ("[limits]\n\nerors = 3\n", 8, 'unknown key "erors"; did you mean "errors"?'),
        ("[limits]\nerrors = true\n", 7, "errors is a number, 0 or more"),
        ("[limits]\nerrors = -1\n", 7, "errors is a number, 0 or more"),
        ("[limits]\nerrors = 1.5\n", 7, "errors is a number, 0 or more"),
        ("[strict]\nhelo_required = 1\n", 7, "helo_required is true or false"),
        ('[strict]\npipelining = "rfcs"\n', 7, 'does not know "rfcs"; did you mean "rfc"?'),
        ('[strict]\nforgives = ["no-bracket"]\n', 7, 'does not know "no-bracket"'),
        ("[strict]\nforgives = 3\n", 7, "forgives is a list of texts"),
        ("[strict]\nhelo_name = 3\n", 7, "helo_name is a text"),
        ("[ehlo]\nkeywords = ['SIZE {max}']\n", 7, "nothing is called {max}"),
        ("[ehlo]\nkeywords = ['SIZE', ' ']\n", 7, "holds an empty line"),
        ("limits = 3\n", 6, "limits is a table"),
        ("[doors.back]\n", 6, 'unknown key "back"'),
        ("[replies]\nmail-okay = '250 Ok'\n", 7, 'did you mean "mail-ok"?'),
        ("[replies]\nmail-ok = '25 Ok'\n", 7, "begins with a code"),
        ("[replies]\nmail-ok = '650 Ok'\n", 7, "begins with a code"),
        ("[replies]\nmail-ok = ['250 Ok', '251 Ok']\n", 7, "have the same code"),
        ("[replies]\nmail-ok = []\n", 7, "needs a reply"),
        ("[replies]\nmail-ok = '250 {sendr}'\n", 7, "nothing is called {sendr}"),
        ("[replies]\nmail-ok = '250 caf\u00e9'\n", 7, "printable ASCII"),
        ("[replies.mail-ok]\ndelay = 'long'\n", 7, "delay is a number"),
        ("[replies.mail-ok]\nclose = 1\n", 7, "close is true or false"),
        ("[replies.mail-ok]\nwhat = 1\n", 7, 'unknown key "what"'),
        ("[rules.x]\nat = 'RCTP'\nreply = '250 Ok'\n", 7, 'did you mean "RCPT"?'),
        ("[rules.x]\nat = 'RCPT'\n", 6, "neither replies nor remarks"),
        ("[rules.x]\nat = 'RCPT'\nreply = '250'\nif = { 'arg.domian' = 'x' }\n", 9, "arg.domain"),
        ("[rules.x]\nat = 'RCPT'\nreply = '250'\nif = 3\n", 9, "if is a table"),
        ("[rules.x]\nat = 'refusal'\nreply = '250'\n", 6, "only remark"),
        ("[rules]\nx = 3\n", 7, "rules.x is a table"),
        ("enhanced_codes = 3\n", 6, "enhanced_codes is true, false, or a list"),
        ("about = \n", 6, ""),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """The message begins with FILE:LINE and says what was meant."""
    path = write(tmp_path, HEAD + text)
    with pytest.raises(DataFileError) as caught:
        load_personality("mine", [tmp_path])
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (HEAD.replace("format = 1", "format = 2"), "format = 1"),
        (HEAD.replace('"personality"', '"scenario"'), 'kind = "personality"'),
        (HEAD.replace('id = "mine"', 'id = "yours"'), 'the id of this file is "mine"'),
        (HEAD.replace('about = "x"\n', ""), "about is a text"),
        (HEAD.replace('like = "by-the-book"\n', ""), "is missing"),
        (HEAD.replace("by-the-book", "mine"), "is like itself"),
    ],
)
def test_the_head_of_a_file(tmp_path: Path, head: str, words: str) -> None:
    """Format, kind, id and about must be there; without `like` everything else must be too."""
    write(tmp_path, head)
    with pytest.raises(DataFileError, match=re.escape(words)):
        load_personality("mine", [tmp_path])


@pytest.mark.parametrize("name", ["postfix", "../postfix-like", "", "x" * 200])
def test_an_unknown_name(name: str) -> None:
    """Names are looked up in the folders and nowhere else; the nearest one is offered."""
    with pytest.raises(UsageError, match="no personality is called"):
        load_personality(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WORLD.replace('host = "mail.a.test"\n', ""), "host is missing"),
        (WORLD.replace('["a.test"]', "[]"), "domains is missing"),
        (
            WORLD.replace("mail.a.test", "my_mail.test"),
            '"my_mail.test" is no domain: An underscore',
        ),
        (WORLD.replace("mail.a.test", r"a.test\r\nX: y"), r'"a.test\x0d\x0aX: y" is no domain'),
        (WORLD.replace("mail.a.test", "[192.0.2.7]"), "a name is wanted, not an address"),
        (WORLD.replace('["a.test"]', '["a.test", "-.test"]'), '"-.test" is no domain'),
        (WORLD + '[people."a\\u001b"]\n', r"people: a name is printable, not a\x1b"),
        (WORLD.replace('postmaster = ["ana"]', ""), "nobody is the postmaster"),
        (WORLD.replace('["ana"]', '["ben"]'), "names ben, who has no mailbox"),
        (WORLD.replace('["ana"]', "3"), "aliases.postmaster is a list"),
        (WORLD + '[lists.all]\nmembers = ["ana"]\n', "lists.all.owner is missing"),
        (WORLD + "[people.ben]\nage = 3\n", 'unknown key "age"'),
        (WORLD + "[lists]\nall = 3\n", "all is a table"),
    ],
)
def test_what_is_wrong_with_a_scenario(tmp_path: Path, text: str, words: str) -> None:
    """Scenarios are checked in the same way."""
    path = write(tmp_path, text)
    with pytest.raises(DataFileError, match=re.escape(words)) as caught:
        load_scenario("mine", [tmp_path])
    assert str(caught.value).startswith(f"{path}:")


def test_the_rules_of_a_house_come_on_top(tmp_path: Path) -> None:
    """A scenario may hold sections of a personality; they win over the personality's."""
    write(tmp_path, WORLD + "[limits]\nrecipients = 1\n[replies]\nnoop-ok = '250 Here'\n")
    talk = Talk(make_part("postfix-like", scenario="mine", folder=tmp_path))
    assert talk.say("NOOP") == "250 Here\r\n"
    assert codes(talk.say(MAIL, "RCPT TO:<ana@a.test>", "RCPT TO:<ana@a.test>")) == ["452 4.5.3"]


def test_only_the_newest_letters_are_kept_if_the_scenario_says_so(tmp_path: Path) -> None:
    """For load tests: a mailbox that holds a few letters and forgets the oldest."""
    write(tmp_path, WORLD.replace("domains", "keep = 2\ndomains"))
    talk = Talk(make_part(scenario="mine", folder=tmp_path))
    for number in range(3):
        talk.say(HELLO, MAIL, "RCPT TO:<ana@a.test>", "DATA", str(number), ".")
    world = talk.part.world
    assert [letter.data for letter in world.mailboxes["ana@a.test"]] == [b"1\r\n", b"2\r\n"]
    assert world.octets == 2 * (len("1\r\n") + COPY)


def test_gaps_are_a_closed_set() -> None:
    """What stands in braces is a name from the list or an error; nothing is evaluated."""
    assert read_phrase("a {rcpt} b").fill({"rcpt": "{host}"}) == "a {host} b"
    assert read_phrase("{0.__class__}").pieces == ("{0.__class__}",)
    assert read_phrase("%s %(x)s $x").pieces == ("%s %(x)s $x",)
    with pytest.raises(ValueError, match="nothing is called"):
        read_phrase("{x}")


def test_what_goes_into_a_gap_is_cleaned_and_cut() -> None:
    """Controls and other letters become question marks; nothing is longer than a line may be."""
    assert clean("a\x1b[31m\r\nb\u00e9") == "a?[31m??b?"
    assert clean("a\x1bb\u00e9\u202e", utf8=True) == "a?b\u00e9?"
    assert len(clean("x" * 1000)) == 256
    assert len(cut("x" * 1000)) == 510
    assert cut("\u00e9" * 600).decode() == "\u00e9" * 255


def test_a_login_is_hidden_in_repr() -> None:
    """Passwords do not show up in tracebacks and logs."""
    assert "apricot" not in repr(load_scenario("small-office"))


def test_a_bad_name_in_ehlo_may_surface_at_rcpt(tmp_path: Path) -> None:
    """Servers that refuse late let the bad EHLO pass and refuse each recipient for it."""
    write(tmp_path, HEAD + '[strict]\nhelo_name = "full"\nhelo_judged_at = "RCPT"\n')
    talk = Talk(make_part("mine", folder=tmp_path))
    assert codes(talk.say("EHLO localhost")) == ["250"]
    assert codes(talk.say(MAIL)) == ["250 2.1.0"]
    assert codes(talk.say(RCPT)) == ["504 5.5.2"]
    reason = talk.view.last_reason
    assert reason is not None
    assert "EHLO" in reason.words
    assert codes(talk.say("EHLO desk7.office.test", MAIL, RCPT)) == ["250 2.1.5"]


@pytest.mark.parametrize(
    ("strictness", "name", "expected"),
    [
        ("any", "_x_", "250"),
        ("domain", "_x_", "504 5.5.2"),
        ("domain", "localhost", "250"),
        ("full", "localhost", "504 5.5.2"),
        ("full", "[192.0.2.7]", "250"),
        ("full", "client.example.org", "250"),
    ],
)
def test_how_good_the_name_must_be(
    tmp_path: Path, strictness: str, name: str, expected: str
) -> None:
    """Any word, a host name, or one with a domain: as the personality wants it."""
    write(tmp_path, HEAD + f'[strict]\nhelo_name = "{strictness}"\n')
    assert codes(Talk(make_part("mine", folder=tmp_path)).say(f"EHLO {name}")) == [expected]


def test_a_server_that_takes_one_hello(tmp_path: Path) -> None:
    """OpenSMTPD answers 503 to the second."""
    write(tmp_path, HEAD + "[strict]\nsecond_ehlo = false\n")
    talk = Talk(make_part("mine", folder=tmp_path))
    assert codes(talk.say(HELLO, HELLO)) == ["503 5.5.1"]


def test_another_list_before_tls(tmp_path: Path) -> None:
    """A submission server offers little but STARTTLS at first."""
    write(tmp_path, HEAD + '[ehlo]\nbefore_tls = ["STARTTLS"]\n')
    talk = Talk(make_part("mine", folder=tmp_path))
    assert talk.say(HELLO).splitlines()[1:] == ["250 STARTTLS"]
    assert "AUTH" in talk.over_tls()


@pytest.mark.parametrize("name", PERSONALITIES)
def test_a_yes_is_not_explained_by_the_reason_for_a_no(name: str) -> None:
    """Who makes a 250 or 252 of a refusal has another reason, or none that is said."""
    root, personality = load_personality("by-the-book"), load_personality(name)
    for situation, answer in personality.replies.items():
        before = root.replies[situation]
        if answer.accepts and not before.accepts and not answer.close:
            assert answer.why != before.why, situation


def test_a_refusal_keeps_its_reason(tmp_path: Path) -> None:
    """As long as it is one; a reason of one's own is kept whatever it is for."""
    write(tmp_path, HEAD + '[replies]\nrcpt-full = "552 No"\nrcpt-moved = "250 Yes"\n')
    own = load_personality("mine", [tmp_path]).replies
    root = load_personality("by-the-book").replies
    assert own["rcpt-full"].why == root["rcpt-full"].why
    assert (own["rcpt-moved"].why, own["rcpt-moved"].ref) == ("", "")
