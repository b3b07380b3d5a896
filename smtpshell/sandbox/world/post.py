"""The post office: what becomes of a letter after the 250.

`hand_over` sends it where its recipients' routes lead; what cannot be done at once waits in the
queue. `run` tries what is due, in the order of due times, and writes the reports that are asked for
(RFC 3461 5.2). A report comes from nobody, so what cannot be delivered of those is thrown away: no
report is ever written about a report (RFC 5321 6.1).

Nothing in here calls anybody. Other houses are data, and a letter moves from mailbox to mailbox.
"""

# No `from __future__ import annotations` here, see smtp/table/row.py.
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from smtpshell.sandbox.nature.duration import span
from smtpshell.sandbox.world.dsn import Report, Row, write
from smtpshell.sandbox.world.happening import SAID
from smtpshell.sandbox.world.message import Hop, Origin, StoredMessage
from smtpshell.sandbox.world.notice import USUAL, Notice, notice_of
from smtpshell.sandbox.world.outgoing import Try, Waiting
from smtpshell.sandbox.world.trial import Outcome, house_of, is_ours, refusal, try_once
from smtpshell.sandbox.world.world import Fate
from smtpshell.smtp.command import parse_command

if TYPE_CHECKING:
    from smtpshell.sandbox.world.world import Route, World

_REFUSED = frozenset({Fate.UNKNOWN, Fate.MOVED, Fate.BOUNCE})
_LATE = "4.4.7"  # delivery time expired (RFC 3463 3.5)


def hand_over(world: "World", message: StoredMessage, routes: "Sequence[Route]") -> None:
    """Send a letter that was taken in to all its recipients; *routes* are theirs, in order."""
    at = message.received
    run(world, at)
    clerk = _Clerk(world, message, at)
    for rcpt, route in zip(message.rcpts, routes, strict=True):
        address = rcpt.path.mailbox if rcpt.path is not None else ""
        clerk.sort(address, route, notice_of(rcpt))
    clerk.finish()
    run(world, at)


def run(world: "World", now: float) -> None:
    """Try what is due *now* by the world's clock, and what becomes due by that."""
    while batch := world.outgoing.take_due(now):
        clerk = _Clerk(world, batch[0].message, batch[0].due)
        for entry in batch:
            world.octets -= entry.message.weight
            clerk.deal_with(entry)
        clerk.finish()


class _Group(NamedTuple):
    """Recipients that one server reports on, and the letter as it came to that, and when."""

    message: StoredMessage
    since: float
    rows: list[Row]


class _Clerk:
    """Works through the recipients of one letter at the time *start*, and reports at the end.

    What goes on from there is due at the same time, though it gets there some seconds later: nobody
    has to wait for a letter that is on its way.
    """

    def __init__(self, world: "World", message: StoredMessage, start: float) -> None:
        self.world = world
        self.message = message
        self.start = start
        self.at = start
        self.boxes: dict[str, tuple[StoredMessage, str]] = {}
        self.groups: dict[tuple[str, str], _Group] = {}  # by who reports, and the action

    # ------------------------------------------------------------ letters just taken in

    def sort(self, address: str, route: "Route", notice: Notice) -> None:
        """One recipient of a letter that was taken in."""
        fate = route.fate
        if fate in _REFUSED:
            said = refusal(self.world, address, fate)
            self.row(self.fresh(address, notice), "failed", said.status, said)
        elif fate is Fate.DISCARD:
            self.tell("discarded", self.message, address, words="a rule wanted it so")
        elif fate is Fate.HERE:
            self.arrive(address, route, notice)
        elif fate is Fate.QUEUE:
            wait = self.world.outgoing.habits.first_wait
            self.queue(self.message, address, address, notice, wait)
        else:
            self.queue(self.message, route.new or address, address, notice)

    def fresh(self, address: str, notice: Notice) -> Waiting:
        """An entry for a recipient that is new here."""
        return Waiting(0, self.message, address, address, notice, self.at, self.at)

    def arrive(self, address: str, route: "Route", notice: Notice) -> None:
        """It has a mailbox here, or several, or stands for people elsewhere."""
        message = self.message
        several = not route.owner and len(route.boxes) + len(route.onward) > 1
        if route.owner:  # who sends to a list hears of the list, its owner of the members
            message = message._replace(return_path=route.owner)
        action = "expanded" if several else "delivered"
        self.row(self.fresh(address, notice), action, "2.1.5")
        for box in route.boxes:
            self.boxes.setdefault(box, (message, address))
        if several:
            notice = notice._replace(success=False)
        for onward in route.onward:
            told = USUAL if route.owner else notice
            self.queue(message, onward, address, told, through=(address.lower(),))

    def queue(
        self,
        message: StoredMessage,
        address: str,
        asked: str,
        notice: Notice,
        wait: float = 0.0,
        through: tuple[str, ...] = (),
    ) -> None:
        """Let it wait for its way on."""
        due = self.start + wait
        entry = Waiting(0, message, address, asked, notice, self.at, due, through=through)
        words = f"first try in {span(wait)}" if wait else ""
        self.tell("queued", message, address, words=words)
        self.wait(entry)

    def wait(self, entry: Waiting) -> None:
        """Put *entry* into the queue, or back."""
        self.world.octets += entry.message.weight
        self.world.outgoing.add(entry)

    # ------------------------------------------------------------ letters in the queue

    def deal_with(self, entry: Waiting) -> None:
        """One try for one recipient."""
        self.at = max(self.start, entry.since)
        entry = self.on_its_way(entry)
        outcome = try_once(self.world, entry, self.at)
        if outcome.passed and outcome.kind != "later":
            words = "; ".join(outcome.passed)
            self.tell("hopped", entry.message, entry.address, words=words)
        {
            "arrived": self.arrived,
            "on": self.goes_on,
            "later": self.put_off,
            "never": self.given_up,
        }[outcome.kind](entry, outcome)

    def on_its_way(self, entry: Waiting) -> Waiting:
        """*entry* at the server that will try: ours, if it comes to us, or the last relay."""
        if is_ours(self.world, entry.address):
            hosts: tuple[str, ...] = (self.host,) if entry.holder else ()
        else:
            house = house_of(self.world, entry.address)
            hosts = house.via if house is not None and entry.holder not in house.via else ()
        for host in hosts:
            entry = self.hop(entry, host)
            entry = entry._replace(holder="" if host == self.host else host, since=self.at)
        return entry

    def hop(self, entry: Waiting, host: str) -> Waiting:
        """Hand *entry* on to the server *host*, which takes a second."""
        self.at += 1
        message = entry.message
        source = message.hops[-1].host if message.hops else message.origin.host
        protocol = "UTF8SMTP" if message.origin.utf8 else "ESMTP"
        hop = Hop(host, source, self.at, self.world.new_id(), entry.address, protocol)
        self.tell("hopped", message, entry.address, words=f"{source} handed it on to {host}")
        return entry._replace(message=message._replace(hops=(*message.hops, hop)))

    def arrived(self, entry: Waiting, outcome: Outcome) -> None:
        """It is in the mailbox, or in several."""
        action, reporter = "delivered", entry.holder
        if outcome.host:
            house = house_of(self.world, entry.address)
            if outcome.host != entry.holder:
                entry = self.hop(entry, outcome.host)
            if house is not None and house.offer("DSN"):
                reporter = outcome.host
            else:
                action = "relayed"
        message = entry.message
        if outcome.owner:
            message = message._replace(return_path=outcome.owner)
        for box in outcome.boxes:
            self.world.mailboxes.setdefault(box, [])
            self.world.put(box, message, self.at, entry.asked)
        for box, letter in outcome.letters:
            self.world.put(box, letter, self.at)
        for address in outcome.new:
            through = (*entry.through, entry.address.lower())
            self.queue(message, address, entry.asked, USUAL, through=through)
        done = entry.tried(Try(self.at, outcome.host or self.host, "250 delivered", outcome.passed))
        self.world.outgoing.leave(done, "delivered")
        self.row(entry._replace(holder=reporter), action, "2.1.5")

    def goes_on(self, entry: Waiting, outcome: Outcome) -> None:
        """There they know where else it is to go."""
        # Two neighbours who forward to each other leave a trace as well, or it would never end.
        if outcome.host or any(is_ours(self.world, address) for address in outcome.new):
            entry = self.hop(entry, outcome.host or self.host)
        for address in outcome.new:
            onward = entry._replace(address=address, holder=outcome.host, tries=0, warned=False)
            self.wait(onward._replace(since=self.at, due=self.start))

    def put_off(self, entry: Waiting, outcome: Outcome) -> None:
        """Not now: try again, unless patience has come to its end."""
        queue = self.world.outgoing
        entry = entry.tried(_try(self.at, outcome))
        end = entry.since + queue.habits.expire
        if self.at >= end:
            words = f"{outcome.words}; tried for {span(self.at - entry.since)}"
            self.give_up(entry, outcome._replace(words=words, status=_LATE))
            return
        due = queue.wait_after(entry, self.at)
        words = "; ".join((outcome.said, *outcome.passed, f"next try in {span(due - self.at)}"))
        self.tell("retried", entry.message, entry.address, words=words)
        warn_after = queue.habits.warn_after
        if warn_after and self.at - entry.since >= warn_after and not entry.warned:
            entry = entry._replace(warned=True)
            self.row(entry, "delayed", outcome.status, outcome, until=end)
        self.wait(entry._replace(due=due))

    def given_up(self, entry: Waiting, outcome: Outcome) -> None:
        """It will never arrive."""
        self.give_up(entry.tried(_try(self.at, outcome)), outcome)

    def give_up(self, entry: Waiting, outcome: Outcome) -> None:
        """Take it off the queue for good."""
        self.world.outgoing.leave(entry, "bounced" if entry.message.return_path else "discarded")
        self.row(entry, "failed", outcome.status, outcome)

    # ------------------------------------------------------------ telling of it

    @property
    def host(self) -> str:
        """The name of our own server."""
        return self.world.scenario.host

    def tell(
        self, kind: str, message: StoredMessage, address: str, mailbox: str = "", words: str = ""
    ) -> None:
        """Write down what happens."""
        self.world.happenings.add(self.at, kind, message, mailbox, address, words)

    def row(
        self,
        entry: Waiting,
        action: str,
        status: str,
        said: Outcome | None = None,
        *,
        until: float = 0.0,
    ) -> None:
        """Remember what became of a recipient, for the report."""
        words, host = (said.words, said.host) if said is not None else ("", "")
        row = Row(entry.address, action, status, words, entry.notice, host, self.at, until)
        group = _Group(entry.message, entry.since, [])
        self.groups.setdefault((entry.holder, action), group).rows.append(row)

    def finish(self) -> None:
        """All recipients are dealt with: fill the mailboxes, and send the reports."""
        for box, (message, address) in self.boxes.items():
            self.world.put(box, message, self.at, address)
        for (by, action), group in self.groups.items():
            told = [row for row in group.rows if group.message.return_path and _is_wanted(row)]
            self.at = max(row.at for row in group.rows)
            for row in group.rows if action == "failed" else ():
                self.tell_end(row, group.message, is_told=row in told)
            if told:
                self.report(by or self.host, group._replace(rows=told))

    def tell_end(self, row: Row, message: StoredMessage, *, is_told: bool) -> None:
        """A letter has failed; one from nobody is gone without a trace."""
        said = f"{row.host}{SAID}{row.words}" if row.host else row.words
        sender = message.return_path
        if sender:
            self.tell("bounced", message, row.address, sender if is_told else "", said)
        else:
            words = f"{said}; it came from nobody, so nobody is told"
            self.tell("discarded", message, row.address, words=words)

    def report(self, by: str, group: _Group) -> None:
        """Write to the sender, as the server *by*."""
        letter = group.message
        sender = letter.return_path
        name = self.world.new_id()
        data = write(Report(by, name, self.at, letter, group.since, tuple(group.rows)))
        report = StoredMessage(
            id=name,
            received=self.at,
            mail=parse_command("MAIL FROM:<>"),
            rcpts=(parse_command(f"RCPT TO:<{sender}>", utf8=True),),
            data=data,
            origin=Origin(by, "", "", "", utf8=_is_wide(data), session=letter.origin.session),
            return_path="",
        )
        holder = "" if by == self.host else by
        self.wait(Waiting(0, report, sender, sender, USUAL, self.at, self.start, holder))


def _try(at: float, outcome: Outcome) -> Try:
    return Try(at, outcome.host, outcome.words, outcome.passed)


def _is_wide(report: bytes) -> bool:
    """Does a report need SMTPUTF8 on its way, for an address in its header (RFC 6533)?"""
    return not report.partition(b"\r\n\r\n")[0].isascii()


def _is_wanted(row: Row) -> bool:
    """Does the sender want to hear of it (RFC 3461 4.1)?"""
    notice = row.notice
    if row.action == "failed":
        return notice.failure
    return notice.delay if row.action == "delayed" else notice.success
