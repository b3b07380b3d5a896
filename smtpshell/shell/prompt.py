"""The prompt is the state: one word or two, from the session and nothing else."""

from __future__ import annotations

from smtpshell.catalogue import marked, tr
from smtpshell.shell.fragment import Fragment
from smtpshell.shell.scene import Scene
from smtpshell.smtp.state import Mode, State

_WORDS = {
    State.BEFORE_GREETING: marked("waiting"),
    State.CONNECTED: marked("connected"),
    State.GREETED: marked("greeted"),
    State.TLS: marked("handshake"),
    State.TURNED: marked("turned"),
    State.ENDED: marked("closed"),
}


def prompt_word(scene: Scene) -> str:
    """The prompt's last word with its mark, as in `envelope(2)>` or `letter:`.

    A mark `>` asks for a command, `:` for anything else: there, nothing is taken for a command.
    """
    session = scene.session
    if not scene.connected:
        return f"{tr('closed')}>"
    if session.mode is Mode.TEXT:
        return f"{tr('letter')}:"
    if session.mode is Mode.CHUNK:
        return f"{tr('chunk')}({session.chunk_octets_left}):"
    if session.mode is Mode.AUTH:
        return "auth:"
    if session.state in (State.MAIL, State.RCPT, State.BDAT):
        return f"{tr('envelope')}({len(session.envelope.accepted)})>"
    return f"{tr(_WORDS.get(session.state, session.state.value))}>"


def prompt_text(scene: Scene) -> str:
    """The whole prompt, as it stands before the typed line."""
    return "".join(text for _, text in prompt(scene))


def prompt(scene: Scene) -> list[Fragment]:
    """The prompt in its parts; `tls` says that the line is encrypted, `REAL` that mail is real."""
    parts: list[Fragment] = []
    if scene.where == "live" and scene.connected:
        parts.append(("prompt.live", tr("REAL ")))
    if scene.session.tls and scene.connected:
        parts.append(("prompt.tls", "tls "))
    parts.append(("prompt", prompt_word(scene)))
    parts.append(("", " "))
    return parts
