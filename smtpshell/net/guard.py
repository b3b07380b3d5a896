"""What must not go out in clear without a typed yes, and why.

The clients send whatever they are told to; who asks the user, or refuses in a run without one, asks
here first.
"""

from __future__ import annotations

from smtpshell.catalogue import tr
from smtpshell.net.target import Target
from smtpshell.smtp.command import Command
from smtpshell.smtp.session import Session
from smtpshell.smtp.state import Mode

# What may be said in clear although STARTTLS is required: all that leads to it, or out.
_HARMLESS = frozenset({"EHLO", "HELO", "LHLO", "STARTTLS", "NOOP", "RSET", "HELP", "QUIT"})
_LOGS_IN = frozenset({"AUTH", "X-EXPS", "AUTHLINE"})


def risk_in_clear(target: Target, session: Session, command: Command) -> str:
    """Why *command* should not be sent on this connection as it stands; "" if it may.

    With *target*.starttls nothing may go out in clear that could wait for TLS: whoever strips
    STARTTLS from a session counts on mail programs that go on without.
    """
    if session.tls or session.mode is Mode.TLS:
        return ""
    verb = command.verb
    if target.starttls and verb not in _HARMLESS:
        return tr(
            "STARTTLS is required, and {verb} would go out in clear: if TLS fails or is"
            " not offered, somebody on the way may have seen to that",
            verb=verb or tr("this line"),
        )
    if verb in _LOGS_IN:
        return tr(
            "everybody on the way can read this password: base64 hides nothing; STARTTLS first"
        )
    return ""
