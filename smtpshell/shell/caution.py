"""When the shell asks or warns, and why. It never refuses.

On a real server mail is real, so the dot that sends a letter asks once, and a few lines get a
warning with its reason. On the practice server only the learner's own `:set guard on` asks.
"""

from __future__ import annotations

from collections.abc import Callable

from smtpshell.catalogue import marked, tr
from smtpshell.shell.option import Options
from smtpshell.shell.scene import Scene
from smtpshell.smtp.command import parse_command
from smtpshell.smtp.session import Session
from smtpshell.smtp.span import Problem
from smtpshell.smtp.state import IN_TRANSACTION, Mode, State

# What may be said before TLS where TLS was asked for: it gives nothing away.
_FIT_FOR_CLEAR = frozenset({"EHLO", "HELO", "LHLO", "STARTTLS", "NOOP", "RSET", "HELP", "QUIT"})

SWEEP = 3  # VRFY, EXPN or refused RCPT lines after which it looks like address fishing

LIVE_RULES = marked(
    "This is a real server, and mail you send is real mail. Use only servers"
    " that you may use, and write only to addresses that you own. Forged or bulk"
    " mail breaks rules and laws."
)


class Caution:
    """What one connection has been asked and warned about already."""

    __slots__ = ("_asked_for", "_probes", "_warned")

    def __init__(self) -> None:
        self._asked_for = 0  # number of the mail transaction whose dot was confirmed
        self._probes = 0
        self._warned: set[str] = set()

    def of_line(
        self,
        text: str,
        scene: Scene,
        options: Options,
        remarks: Callable[[str, Scene], list[Problem]],
    ) -> str:
        """A question to ask before *text* is sent, "" if none."""
        session = scene.session
        if options.on("guard") and session.mode is not Mode.AUTH:
            found = remarks(text, scene)
            if found:
                return tr(
                    "{remark}. Send it all the same?", remark=tr(found[0].message).rstrip(".")
                )
        if scene.wants_tls and not session.tls and session.mode is Mode.COMMAND:
            verb = parse_command(text).verb
            if verb and verb not in _FIT_FOR_CLEAR:
                return tr(
                    "You asked for STARTTLS and the line is not encrypted: everybody on the way"
                    " can read this {verb}. Send it in clear?",
                    verb=verb,
                )
        ends = session.mode is Mode.TEXT and text == "."
        if not ends and session.mode is Mode.COMMAND and text[:4].upper() == "BDAT":
            ends = parse_command(text).last
        if ends and scene.where == "live" and options.on("confirm"):
            number = session.transaction
            if number != self._asked_for:
                self._asked_for = number
                return tr(
                    "This sends a real letter to {recipients}. Send it?",
                    recipients=_recipients(session),
                )
        return ""

    def to_live_server(self, text: str, scene: Scene, options: Options) -> str:
        """A warning that goes with *text*, "" if none; each kind is said once a connection."""
        session = scene.session
        if scene.where != "live" or session.mode is not Mode.COMMAND or not options.on("confirm"):
            return ""
        verb = parse_command(text).verb
        if verb in ("VRFY", "EXPN") or (verb == "RCPT" and session.envelope.refused):
            self._probes += 1
            if self._probes >= SWEEP:
                return self._once(
                    "sweep",
                    tr(
                        "Asking for one address after the other is how spammers collect them;"
                        " servers count it, slow down and block whoever does it."
                    ),
                )
        if verb == "AUTH" and not session.tls:
            return self._once(
                "auth",
                tr(
                    "Without TLS everybody on the way can read this password; base64 hides"
                    " nothing. STARTTLS first."
                ),
            )
        return ""

    def of_leaving(self, session: Session) -> str:
        """Why one should not leave now, "" if there is no reason against it."""
        if session.state is State.ENDED:
            return ""
        if session.mode is Mode.TEXT:
            return tr("The letter is not finished: without its lone dot the server throws it away.")
        if session.mode is Mode.CHUNK or session.state is State.BDAT:
            return tr("The letter is not finished: without BDAT LAST the server throws it away.")
        if session.state in IN_TRANSACTION:
            return tr(
                "The envelope is open and nothing was sent yet; without QUIT the server"
                " drops it (RFC 5321 4.1.1.10)."
            )
        return tr(
            "QUIT was not said. It is polite and required (RFC 5321 4.1.1.10), and some"
            " sites count its lack against a sender; a letter that was accepted is not"
            " lost by it."
        )

    def _once(self, kind: str, words: str) -> str:
        if kind in self._warned:
            return ""
        self._warned.add(kind)
        return words


def _recipients(session: Session) -> str:
    accepted = session.envelope.accepted
    named = [r.path.mailbox for r in accepted[:3] if r.path is not None]
    names = ", ".join(named)
    if len(accepted) > 3:
        return tr("{names} and {count} more", names=names, count=len(accepted) - 3)
    return names or tr("nobody")
