"""The side of Dovecot's authentication protocol that Postfix wants to see, for one user.

Postfix has no passwords of its own: it asks a Cyrus library or a Dovecot. Its `spawn` runs this
file by itself for each connection, with the connection as standard input and output, so it may
import nothing from here.
"""

from __future__ import annotations

import base64
import binascii
import sys

HELLO = (
    "VERSION\t1\t2",
    "MECH\tPLAIN\tplaintext",
    "MECH\tLOGIN\tplaintext",
    "SPID\t1",
    "CUID\t1",
    "COOKIE\t00112233445566778899aabbccddeeff",
    "DONE",
)
PROMPTS = (b"Username:", b"Password:")


def say(*words: str) -> None:
    """One line to Postfix."""
    sys.stdout.write("\t".join(words) + "\n")
    sys.stdout.flush()


class Login:
    """One exchange, and what the client has answered so far."""

    def __init__(self, number: str, mechanism: str, user: str, password: str) -> None:
        self._number = number
        self._plain = mechanism == "PLAIN"
        self._right = [user.encode(), password.encode()]
        self._heard: list[bytes] = []

    def ask(self) -> None:
        """The next challenge."""
        prompt = b"" if self._plain else PROMPTS[len(self._heard)]
        say("CONT", self._number, base64.b64encode(prompt).decode())

    def hear(self, text: str) -> None:
        """The client's answer."""
        try:
            message = base64.b64decode(text, validate=True)
        except binascii.Error:
            say("FAIL", self._number, "reason=Invalid base64 data in continued response")
            return
        if self._plain:
            self._heard = message.split(b"\0")[1:]
        else:
            self._heard.append(message)
            if len(self._heard) < len(PROMPTS):
                self.ask()
                return
        if self._heard == self._right:
            say("OK", self._number, f"user={self._right[0].decode()}")
        else:
            say("FAIL", self._number)


def main() -> None:
    """Serve one connection of Postfix's."""
    user, password = sys.argv[1:]
    for line in HELLO:
        say(line)
    logins: dict[str, Login] = {}
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split("\t")
        if verb == "AUTH":
            login = logins[words[0]] = Login(words[0], words[1].upper(), user, password)
            first = [word[5:] for word in words if word.startswith("resp=")]
            if first:
                login.hear(first[0])
            else:
                login.ask()
        elif verb == "CONT":
            logins[words[0]].hear(words[1] if len(words) > 1 else "")


if __name__ == "__main__":
    main()
