"""The session watches: it is told what both sides said and answers where things stand.

How it works
============

`client_said` and `server_said` are fed one event at a time by whoever sees the dialogue: the live
client, the practice server, the reader of a transcript. The session does not know whose side it is
on. It never refuses anything; what was out of order is told in `Change.problems`.

Commands wait in a queue until a reply comes for them, so PIPELINING (RFC 2920) is no special case.
Two states follow from that. `state` is what the replies have made of the session so far.
`expected` is what it will be if everything said and not yet answered is answered well; a command is
judged by this one, as a client that pipelines MAIL, RCPT and DATA is right to. Once the queue is
empty both are the same again.

What the client's next bytes mean (`mode`) depends on replies too. Lines said too early are read
again when the reply comes: behind DATA's 354 they were mail data, behind a 334 the first was an
answer to it, behind STARTTLS's 220 they are lost. In LMTP the end of a message is answered once
for each accepted recipient (RFC 2033 4.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.smtp.answer import HANDLERS
from smtpshell.smtp.change import Change
from smtpshell.smtp.choice import verbs_in_order
from smtpshell.smtp.issue import problem
from smtpshell.smtp.memory import Memory
from smtpshell.smtp.order import OPENS, judge
from smtpshell.smtp.said import SAID
from smtpshell.smtp.state import EFFECTS, IN_TRANSACTION, TRANSITIONS, Mode, State

if TYPE_CHECKING:
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.reply import Reply
    from smtpshell.smtp.span import Problem

_KEEPS_ENVELOPE = IN_TRANSACTION | {State.AUTH}
_OVER = frozenset({State.ENDED, State.TURNED})  # nothing the client says is answered any more
_BACKGROUND = frozenset({"TEXT", "CHUNK"})  # gets no reply of its own


class Session(Memory):
    """One SMTP or LMTP session, seen from nowhere in particular.

    >>> from smtpshell.smtp.command import parse_command
    >>> from smtpshell.smtp.reply import parse_reply
    >>> session = Session()
    >>> session.server_said(parse_reply(b"220 mx.example.org")).after
    <State.CONNECTED: 'connected'>
    >>> change = session.client_said(parse_command("MAIL FROM:<ada@example.org>"))
    >>> change.problems[0].message
    'MAIL needs a greeting first: EHLO and your host name.'
    >>> session.server_said(parse_reply(b"250 go on, we are not strict")).after
    <State.MAIL: 'mail'>
    >>> session.envelope.reverse_path.mailbox
    'ada@example.org'
    """

    __slots__ = ()

    def client_said(self, command: Command) -> Change:
        """Take one line of the client, or octets of a chunk (verb "CHUNK")."""
        verb = command.verb
        if verb in _BACKGROUND:
            if verb == "CHUNK":
                self.chunk_said(len(command.wire()))
            return Change(command, None, self.state, self.state, (), self.transaction)
        ahead = self.ahead
        if ahead in IN_TRANSACTION:
            number = self.numbers_given
        elif verb in OPENS:
            number = self.numbers_given = self.numbers_given + 1
        else:
            number = self.transaction
        effect = TRANSITIONS.get((ahead, f"{verb} LAST" if command.last else verb))
        problems: tuple[Problem, ...] = ()
        if effect is None or self.bdat_failed or self.turned_away:
            found = judge(self, command)
            if found is not None:
                problems = (found,)
        if effect is not None:
            # Only AUTH can be answered well in two ways; the end of the exchange is what counts.
            self.ahead = effect.get(2) or effect.get(3) or ahead
        if self.state not in _OVER:
            if verb in SAID:
                SAID[verb](self, command)
            if verb != "PROXY":
                self.queue.append((command, number))
        return Change(command, None, self.state, self.state, problems, number)

    def chunk_said(self, octets: int) -> None:
        """The client has sent so many octets of the chunk that BDAT announced."""
        self.chunk_octets_left = max(0, self.chunk_octets_left - octets)
        if self.mode is Mode.CHUNK and not self.chunk_octets_left:
            self.mode = Mode.COMMAND

    def server_said(self, reply: Reply) -> Change:
        """Take one whole reply."""
        code = reply.code or 0
        if not self.greeted_by_server and self.state is not State.ENDED:
            return self._greeting(reply)
        # Sendmail's VERB brings lines with 050 between; they answer nothing.
        if not self.queue or self.state in _OVER or (reply.code is not None and code < 100):
            return self._unasked(reply, code)
        command, number = self.queue[0]
        if self.accepted and (command.verb == "DOT" or command.last):
            if code == 353 and not self.lmtp:  # a reply for each, and one for all, are to come
                self.prdr = True
                return Change(command, reply, self.state, self.state, (), number)
            if self.lmtp or self.prdr:
                return self._verdict(command, number, reply, code)
        return self._answered(command, number, reply, code)

    def _answered(self, command: Command, number: int, reply: Reply, code: int) -> Change:
        self.queue.popleft()
        before = self.state
        digit = code // 100
        verb = command.verb
        key = f"{verb} LAST" if command.last else verb
        effect = TRANSITIONS.get((before, key)) or EFFECTS.get(key)
        if effect is not None:
            self.state = effect.get(digit, before)
        handler = HANDLERS.get(verb)
        problems = handler(self, command, reply, before) if handler is not None else ()
        self._count(digit)
        if code in (221, 421):
            self.end()
        elif self.state is not before:
            self._arrive()
            if not number and self.state in IN_TRANSACTION:  # taken without a MAIL
                number = self.numbers_given = self.numbers_given + 1
        if not self.queue:
            self.ahead = self.state
        if digit in (1, 3) and (effect is None or digit not in effect):
            problems += (problem("reply-class-misplaced", 0, 3),)
        return Change(command, reply, before, self.state, problems, number)

    def _count(self, digit: int) -> None:
        if digit >= 4:
            self.errors_in_row += 1
        elif digit >= 2:
            self.errors_in_row = 0

    def _arrive(self) -> None:
        """Put right what a change of state brings whatever the command was."""
        if self.mode is Mode.TLS and self.state is not State.TLS:
            self.mode = Mode.COMMAND  # no handshake after all, they go on in clear
        if self.state is State.GREETED and not self.hello_accepted:
            self.state = State.CONNECTED
        if self.state not in _KEEPS_ENVELOPE:
            self.drop_envelope()

    def _verdict(self, command: Command, number: int, reply: Reply, code: int) -> Change:
        """One of several replies to the end of a message, each about one recipient (RFC 2033 4.2).

        A reply of 421 ends the session, and one that the command was not run at all (500 to 504)
        stands for all recipients.
        """
        given, digit = self.verdicts_given, code // 100
        if code == 421 or given == len(self.accepted) or (not given and 500 <= code <= 504):
            return self._answered(command, number, reply, code)
        recipient = self.accepted[given]
        self.verdicts_given += 1
        self.verdicts_good += digit == 2
        if self.prdr or self.verdicts_given < len(self.accepted):
            self._count(digit)
            return Change(command, reply, self.state, self.state, (), number, recipient)
        messages = self.messages + (self.verdicts_good > 0)
        change = self._answered(command, number, reply, code)
        self.messages = messages
        return change._replace(recipient=recipient)

    def _greeting(self, reply: Reply) -> Change:
        before = self.state
        self.greeted_by_server = True
        self.turned_away = reply.digit != 2
        self.state = State.CONNECTED
        self.ahead = State.CONNECTED
        for command, _ in self.queue:  # said too early, and answered now
            key = f"{command.verb} LAST" if command.last else command.verb
            effect = TRANSITIONS.get((self.ahead, key), {})
            self.ahead = effect.get(2) or effect.get(3) or self.ahead
        if reply.code == 421:
            self.end()
        return Change(None, reply, before, self.state)

    def _unasked(self, reply: Reply, code: int) -> Change:
        before = self.state
        if code == 421 and before is not State.ENDED:  # allowed at any time (RFC 5321 3.8)
            self.end()
            return Change(None, reply, before, self.state, (), self.transaction)
        if reply.code is not None and code < 100:
            return Change(None, reply, before, before, (), self.transaction)
        self.out_of_step = True
        return Change(
            None, reply, before, before, (problem("unasked-reply", 0, 3),), self.transaction
        )

    def tls_started(self) -> Change:
        """The TLS handshake has succeeded.

        Both sides forget what they learned in clear: the client's name, what the server offered,
        who is logged in, the envelope (RFC 3207 4.2). What was offered stays in
        `offered_before_tls`, to compare. Before the greeting, with TLS from the start (RFC 8314
        3.3), there is nothing to forget.
        """
        before = self.state
        problems: tuple[Problem, ...] = ()
        if self.greeted_by_server and before is not State.TLS:
            problems = (problem("tls-unasked", 0, 0),)
        if self.greeted_by_server and before not in _OVER:
            if not self.tls:
                self.offered_before_tls = self.offered
            self.queue.clear()
            self.forget()
            self.ehlo_since_tls = False
            self.state = self.ahead = State.CONNECTED
            self.read_as(Mode.COMMAND)
        self.tls = True
        return Change(None, None, before, self.state, problems)

    def left_behind(self, data: bytes, by: str = "server") -> Change:
        """Bytes that *by* sent in clear stood behind STARTTLS or its 220 when TLS began.

        To go on with them as if they had come under TLS is the mistake that lets an attacker put
        words into somebody's mouth (CVE-2011-0411), so they are thrown away and told.
        """
        text = data.decode("utf-8", "surrogateescape")
        issue = "plaintext-after-starttls" if by == "client" else "reply-in-clear-before-tls"
        found = problem(issue, 0, len(text))
        return Change(None, None, self.state, self.state, (found,), self.transaction)

    def closed(self, by: str) -> Change:
        """The connection is gone; *by* is "client", "server" or "network"."""
        before = self.state
        number = self.transaction
        problems = []
        if any(command.verb == "DOT" or command.last for command, _ in self.queue):
            problems.append(problem("verdict-lost", 0, 0))
        silent = not self.greeted_by_server  # nobody is there to say goodbye to
        if by == "client" and not silent and before not in _OVER and self.ahead is not State.ENDED:
            problems.append(problem("closed-without-quit", 0, 0))
        elif by == "server" and before not in _OVER:
            problems.append(problem("closed-by-server", 0, 0))
        self.queue.clear()
        self.end()
        return Change(None, None, before, self.state, tuple(problems), number)

    def in_order(self) -> tuple[str, ...]:
        """What the client may say next, given the state, the last EHLO reply, TLS and AUTH.

        The verbs of commands, or where no command is due "AUTHLINE", "TEXT" and "DOT", or "CHUNK".
        """
        return verbs_in_order(self)
