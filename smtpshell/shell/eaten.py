"""Lines that never arrive: what `openssl s_client` does with a capital Q or R, on request.

`:set eat-caps on` makes the trap. The program reads the first letter of a line before the server
does: Q ends the connection, R asks for a new handshake, and in a letter it is no different. Small
letters pass. R costs the line and nothing more here: TLS 1.3 knows no such thing any longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtpshell.catalogue import tr

if TYPE_CHECKING:
    from smtpshell.shell.sending import Sending


def eats(shell: Sending, text: str) -> bool:
    """Does *text* end here, and not at the server? Then it is said what became of it."""
    if not shell.options.on("eat-caps") or not text.startswith(("Q", "R")):
        return False
    shell.view.keep_typed(text)
    if shell.at_command:  # what answers a login may be a password
        shell.history.append_string(text)
    if text.startswith("Q"):
        words = tr("Q ends the program, as in s_client. The server never sees this line.")
        shell.voice.note("DONE", words, "note.error")
        shell.start(shell.hang_up())
    else:
        words = tr("R asks for another handshake, as in s_client. The server never sees this line.")
        shell.voice.note("RENEGOTIATING", words, "note.error")
    if shell.tutor is not None:
        from smtpshell.lesson.local import EATEN

        shell.tutor.ear.used(EATEN, text)
    shell.look_at_lesson()
    return True
