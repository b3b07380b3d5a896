"""Who may come in, where SASL is tried."""

from __future__ import annotations

from collections.abc import Iterable

from smtpshell.smtp.sasl.identity import Account, same


class Directory:
    """Accounts kept in a dict."""

    __slots__ = ("_accounts",)

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._accounts = {account.name: account for account in accounts}

    def named(self, name: str) -> Account | None:
        """The account of this name."""
        return self._accounts.get(name)

    def with_token(self, token: str) -> Account | None:
        """The account that this access token was given to."""
        if not token:
            return None
        return next(
            (account for account in self._accounts.values() if same(account.token, token)), None
        )
