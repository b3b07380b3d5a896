"""The part a server plays at one of its doors: personality, world and door put together.

Everything that is the same for all sessions at a door is worked out here once: replies with the
server's name filled in, the EHLO list, the rules by occasion, and the moves already known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from smtpshell.sandbox.mind.record import entry_of
from smtpshell.sandbox.mind.standing import Seat, Standing
from smtpshell.sandbox.nature.phrase import read_phrase
from smtpshell.sandbox.nature.setting import Door
from smtpshell.sandbox.nature.situation import COMMAND, ELSEWHERE, REPLY, SITUATIONS, TIMER
from smtpshell.smtp.data import LONGEST_LINE
from smtpshell.smtp.state import State
from smtpshell.smtp.table.command import COMMANDS

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.standing import Move
    from smtpshell.sandbox.nature.answer import Answer
    from smtpshell.sandbox.nature.personality import Personality
    from smtpshell.sandbox.nature.rule import Rule
    from smtpshell.sandbox.world.world import World
    from smtpshell.smtp.data import MailDataReader

MOST_MOVES = 2048  # kept in all; then the server begins to learn anew

# What this server knows how to do; a personality may leave some out.
VERBS = (
    "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT",
    "VRFY", "EXPN", "HELP", "ETRN", "STARTTLS", "AUTH",
)  # fmt: skip
# Verbs that are there only where the EHLO list has their extension.
_EXTENSIONS = {"BDAT": "CHUNKING", "ETRN": "ETRN", "STARTTLS": "STARTTLS", "AUTH": "AUTH"}


# Replies whose form programs rely on: they are never signed.
_UNSIGNED = frozenset({"helo-ok", "ehlo-ok", "auth-challenge"})


class Part:
    """One door of one server. *can_tls*: there is a certificate to be had."""

    __slots__ = (
        "_moves",
        "_offers",
        "_seats",
        "answers",
        "can_tls",
        "door",
        "extra",
        "first_seat",
        "idle",
        "limits",
        "lmtp",
        "name",
        "personality",
        "queued",
        "rules",
        "rules_for_sound",
        "spare",
        "taken",
        "watchful",
        "world",
    )

    def __init__(
        self,
        personality: Personality,
        world: World,
        name: str = "mx",
        *,
        can_tls: bool = True,
        extra: tuple[Rule, ...] = (),
    ) -> None:
        self.personality = personality
        self.extra = extra  # rules made on the spot; they have the first turn
        self.world = world
        world.outgoing.habits = personality.queue
        self.name = name
        self.door: Door = personality.doors[name]
        self.lmtp = name == "lmtp"
        self.can_tls = can_tls
        constants = self._constants()
        self.answers: dict[str, Answer] = {
            situation: self._signed(situation, answer).bind(constants)
            for situation, answer in personality.replies.items()
        }
        self.rules: Mapping[str, tuple[Rule, ...]] = self._rules(constants)
        self.rules_for_sound = _without_issues(self.rules)
        # Rules that hear everything: then nothing is answered out of memory.
        self.watchful = not self.rules.keys().isdisjoint((COMMAND, REPLY, TIMER))
        self.limits = personality.limits
        self.idle = personality.timing.idle  # seconds
        self.taken = self.answers["data-ok-lmtp" if self.lmtp else "data-ok"]
        self.queued = self._queued()
        self.spare: MailDataReader | None = None  # one that has not read anything
        self._seats: dict[Standing, Seat] = {}
        self._moves = 0
        self._offers: dict[tuple[bool, ...], Mapping[str, tuple[str, ...]]] = {}
        self.first_seat = self.seat(Standing(State.BEFORE_GREETING))

    def in_world(self, world: World) -> Part:
        """The same part, played in another world."""
        return Part(self.personality, world, self.name, can_tls=self.can_tls, extra=self.extra)

    def with_rules(self, extra: tuple[Rule, ...]) -> Part:
        """The same part with these rules made on the spot, in place of others of that kind."""
        if extra == self.extra:
            return self
        return Part(self.personality, self.world, self.name, can_tls=self.can_tls, extra=extra)

    @property
    def inspects(self) -> bool:
        """Is each letter looked into, and something written on it?"""
        personality = self.personality
        return bool(personality.checks.results or personality.sheet)

    @property
    def host(self) -> str:
        return self.world.scenario.host

    def seat(self, standing: Standing) -> Seat:
        """The seat for *standing*, always the same one."""
        found = self._seats.get(standing)
        if found is None:
            found = self._seats[standing] = Seat(standing)
        return found

    def keep(self, seat: Seat, line: bytes, move: Move) -> None:
        """Remember *move* as the answer to *line*."""
        if self._moves >= MOST_MOVES:
            for one in self._seats.values():
                one.moves.clear()
                one.light.clear()
            self._moves = 0
        self._moves += 1
        seat.moves[line] = move
        if not move.heavy:
            entry = entry_of(line, move.wire, tls=seat.standing.tls)
            seat.light[line] = (move, move.wire, move.seat, move.effect, entry)

    def knows(self, verb: str) -> bool:
        """Has the server heard of *verb*?"""
        spec = COMMANDS.get(verb)
        unknown = self.personality.commands.unknown
        if spec is None or verb in unknown or ("*" in unknown and verb not in VERBS):
            return False
        return verb in VERBS or spec.status not in ("private", "wild", "draft")

    def does(self, verb: str) -> bool:
        """Does the server do *verb* at all? AUTH and STARTTLS count even where they must wait."""
        if verb not in VERBS or not self.knows(verb):
            return False
        extension = _EXTENSIONS.get(verb)
        offered = extension is None or extension in self._all_keywords()
        return offered and verb not in self.personality.commands.disabled

    def verbs(self) -> list[str]:
        """The verbs to show to who asks for help."""
        other_hello = ("EHLO", "HELO") if self.lmtp else ("LHLO",)
        return [verb for verb in VERBS if self.does(verb) and verb not in other_hello]

    def keywords(self, standing: Standing) -> tuple[str, ...]:
        """The lines of the EHLO list as a client in this *standing* gets to see them."""
        return tuple(
            " ".join((keyword, *words)) for keyword, words in self.offers(standing).items()
        )

    def offers(self, standing: Standing) -> Mapping[str, tuple[str, ...]]:
        """What works for a client in this *standing*: EHLO keywords and their parameters."""
        key = (standing.tls, bool(standing.user))
        found = self._offers.get(key)
        if found is None:
            found = self._offers[key] = self._offers_in(standing)
        return found

    def _offers_in(self, standing: Standing) -> Mapping[str, tuple[str, ...]]:
        ehlo = self.personality.ehlo
        lines = ehlo.before_tls if ehlo.before_tls and not standing.tls else ehlo.keywords
        offers = {}
        constants = self._constants()
        for line in lines:
            keyword, *words = read_phrase(line).fill(constants).split()
            if keyword == "STARTTLS" and (standing.tls or not self.can_tls):
                continue
            in_clear = not (standing.tls or self.personality.auth.without_tls)
            if keyword == "AUTH" and (in_clear or not self.door.login):
                continue
            offers[keyword] = tuple(words)
        return offers

    def _all_keywords(self) -> set[str]:
        ehlo = self.personality.ehlo
        return {line.split()[0] for line in (*ehlo.keywords, *ehlo.before_tls)}

    def _constants(self) -> dict[str, str]:
        limits = self.personality.limits
        return {
            "host": self.host,
            "protocol": "LMTP" if self.lmtp else "SMTP",
            "hello": "LHLO" if self.lmtp else "EHLO",
            "max_size": str(limits.size),
            "max_rcpt": str(limits.recipients),
            "max_mail": str(limits.mails),
            "max_text": str(limits.text_line),
            "mechanisms": " ".join(self.personality.auth.mechanisms),
            "commands": " ".join(self.verbs()),
        }

    def _rules(self, constants: Mapping[str, str]) -> dict[str, tuple[Rule, ...]]:
        """The rules that wait at each situation, those for its verb included, in their order."""
        waiting: dict[str, list[Rule]] = defaultdict(list)
        for rule in (*self.extra, *self.personality.rules):
            rule = rule._replace(
                answer=self._signed(rule.name, rule.answer).bind(constants),
                early=rule.early and rule.early.bind(constants),
            )
            if rule.at in ELSEWHERE:
                waiting[rule.at].append(rule)
            for situation, verb in SITUATIONS.items():
                if rule.at in (situation, verb):
                    waiting[situation].append(rule)
        if TIMER in waiting:
            waiting[TIMER].sort(key=lambda rule: rule.silence)
        return {situation: tuple(rules) for situation, rules in waiting.items()}

    def _signed(self, situation: str, answer: Answer) -> Answer:
        tail = self.personality.signature
        return answer if tail is None or situation in _UNSIGNED else answer.signed(tail)

    def _queued(self) -> tuple[bytes, bytes] | None:
        """What stands around the letter's name in the usual reply to its end, if that is all."""
        answer = self.taken
        if self.world.quotas or self.world.scenario.codes or self.world.keeps:
            return None  # there is more to do than to reply
        manners = answer.ends or answer.slow or answer.raw is not None
        usual = answer.accepts and not (manners or self.watchful or answer.name in self.rules)
        usual = usual and not self.inspects
        long_lines = self.personality.limits.text_line >= LONGEST_LINE + 2
        if not usual or not long_lines or [phrase.gaps for phrase in answer.phrases] != [("id",)]:
            return None
        before, _, behind = answer.phrases[0].pieces
        return f"{answer.code} {before}".encode(), f"{behind}\r\n".encode()


def _without_issues(rules: Mapping[str, tuple[Rule, ...]]) -> dict[str, tuple[Rule, ...]]:
    """The rules that can fire for a command with which nothing is wrong, as most are.

    Many rules ask for an issue, and without them there is mostly nobody left to be asked.
    """
    left = {}
    for situation, waiting in rules.items():
        found = tuple(
            one for one in waiting if one.condition is None or "issue" not in one.condition.keys
        )
        if found:
            left[situation] = found
    return left
