"""What a client said, ready to be said again."""

from __future__ import annotations

from smtpshell.resource import transcripts_dir
from smtpshell.smtp.state import Mode
from smtpshell.transcript.reader import parse_transcript, read_transcript
from smtpshell.transcript.rewound import rewound_words
from smtpshell.transcript.role import Role, role_from_script, role_of


def role(text: str) -> Role:
    return role_of(parse_transcript(text.encode()).events)


def sample(name: str) -> Role:
    transcript = read_transcript(transcripts_dir() / f"{name}.smtp")
    return role_of(transcript.events, lmtp=transcript.header.lmtp)


def test_lines_know_what_they_were_said_as() -> None:
    """Commands, a letter in one group, answers."""
    groups = sample("first-message").scenes[0].groups
    assert [group[0].mode for group in groups] == [Mode.COMMAND] * 4 + [Mode.TEXT, Mode.COMMAND]
    assert groups[4][-1].data == b"."


def test_connections_and_the_time_between() -> None:
    """A second attempt a quarter of an hour later."""
    first, second = sample("greylist-retry").scenes
    assert (first.pause, round(second.pause)) == (0.0, 900)
    assert second.groups


def test_who_does_not_wait_for_the_greeting() -> None:
    """That is part of what was said."""
    assert sample("early-talker").scenes[0].early
    assert not sample("first-message").scenes[0].early


def test_pipelined_lines_stay_together() -> None:
    """As they went out."""
    assert any(len(group) > 1 for group in sample("pipelining").scenes[0].groups)


def test_passwords_that_were_taken_out() -> None:
    """Lines that hold one are marked; a name is no secret."""
    said = [one for group in sample("auth-newline").scenes[0].groups for one in group]
    assert [one.hidden for one in said if one.mode is Mode.AUTH] == [False, True, False, True]
    plain = role("S: 220 a\nC: AUTH PLAIN AGFuYQBbaGlkZGVuXQ==\nS: 235 x\n")
    assert plain.scenes[0].groups[0][0].hidden


def test_answers_that_are_good_for_one_challenge() -> None:
    """With CRAM-MD5 and the like; a name asked for by LOGIN is the same everywhere."""
    text = "S: 220 a\nC: AUTH {}\nS: 334 PDFAeD4=\nC: eHg=\nS: 235 x\n"
    for mechanism, challenge in (("CRAM-MD5", "PDFAeD4="), ("LOGIN", None)):
        groups = role(text.format(mechanism)).scenes[0].groups
        assert groups[1][0].challenge == challenge


def test_what_was_taken_back_is_not_said_again() -> None:
    """The learner thought better of it."""
    text = f"S: 220 a\nC: NOOP\nS: 250 x\nC: RSET\nS: 250 x\n# {rewound_words(1)}\nC: QUIT\n"
    assert [group[0].data for group in role(text).scenes[0].groups] == [b"NOOP", b"QUIT"]


def test_where_it_was_said() -> None:
    """Some doors have other rules."""
    assert sample("auth-newline").port == 587
    assert role("C: NOOP").port == 0


def test_a_script() -> None:
    """Nobody knows what its lines are meant as."""
    (scene,) = role_from_script([b"EHLO a", b"QUIT"]).scenes
    assert [[said.mode for said in group] for group in scene.groups] == [[None], [None]]
