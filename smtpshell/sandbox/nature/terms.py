"""What the owner of a practice server may ask for beside personality and scenario."""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from types import MappingProxyType
from typing import NamedTuple

from smtpshell.catalogue import tr
from smtpshell.errors import UsageError
from smtpshell.sandbox.nature.personality import Personality
from smtpshell.sandbox.nature.scenario import Person, Scenario
from smtpshell.smtp.later import later

_LOCAL_PART = later(r"[a-z0-9][a-z0-9._+-]{0,63}")


class User(NamedTuple):
    """Somebody who can log in and has a mailbox."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"User({self.name!r})"  # passwords stay out of logs and tracebacks


class Terms(NamedTuple):
    """*idle*: seconds without a word. *max_size*: octets of a letter. None: as it was.

    *keep*: letters that each mailbox holds, the oldest make way; 0: as the scenario has it.

    *users* come beside the scenario's own people, or in the place of one. *clear_logins* False, as
    it is for a server beyond loopback: logins only under TLS, whatever the personality thinks.
    """

    users: tuple[User, ...] = ()
    idle: float | None = None
    max_size: int | None = None
    keep: int = 0
    clear_logins: bool = True


NO_TERMS = Terms()


def read_user(text: str) -> User:
    """The user that NAME:PASSWORD names; UsageError, which does not repeat the password."""
    name, sign, password = text.partition(":")
    if not sign or not name or not password or "\0" in password:
        raise UsageError(tr("a user is NAME:PASSWORD"), hint=tr("for example ana:secret"))
    return User(name, password)


def with_users(scenario: Scenario, users: tuple[User, ...]) -> Scenario:
    """*scenario* with the *users* in it; UsageError for a name that can be nobody's here."""
    people = dict(scenario.people)
    for user in users:
        local_part, at, domain = user.name.lower().partition("@")
        if at and domain not in scenario.domains:
            hint = f"mailboxes here are at {scenario.domains[0]}; the name alone will do"
            raise UsageError(tr("{name} is no user of this house", name=user.name), hint=hint)
        if not _LOCAL_PART.fullmatch(local_part):
            hint = "letters, digits and . _ + - make a name"
            raise UsageError(tr('"{name}" cannot be a user\'s name', name=user.name), hint=hint)
        person = people.get(local_part, Person(local_part))
        if not person.has_mailbox:
            raise UsageError(
                tr("{name} has no mailbox here", name=local_part),
                hint=tr("choose another name"),
            )
        people[local_part] = person._replace(password=user.password)
    return scenario._replace(people=MappingProxyType(people))


def on_terms(personality: Personality, terms: Terms) -> Personality:
    """*personality* as the owner wants it."""
    timing, limits = personality.timing, personality.limits
    if terms.idle is not None:
        line, handshake = min(timing.line, terms.idle), min(timing.handshake, terms.idle)
        timing = timing._replace(idle=terms.idle, line=line, handshake=handshake)
    if terms.max_size is not None:
        limits = limits._replace(size=terms.max_size)
    auth = personality.auth
    if not terms.clear_logins:
        auth = auth._replace(without_tls=False)
    return personality._replace(timing=timing, limits=limits, auth=auth)
