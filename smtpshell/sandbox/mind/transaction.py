"""The envelope: MAIL, RCPT, RSET."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtpshell.catalogue import marked
from smtpshell.sandbox.mind.asked import asked_answer, room_at_rcpt
from smtpshell.sandbox.mind.desk import Desk
from smtpshell.sandbox.mind.fault import path_verdict, syntax_verdict
from smtpshell.sandbox.mind.standing import Verdict
from smtpshell.sandbox.world.world import Fate
from smtpshell.smtp.state import IN_TRANSACTION, State
from smtpshell.smtp.table.parameter import PARAMETERS

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.part import Part
    from smtpshell.sandbox.mind.standing import Move, Standing
    from smtpshell.smtp.command import Command
    from smtpshell.smtp.parameter import Parameter


def judge_mail(part: Part, standing: Standing, command: Command) -> Verdict:
    """A new envelope (RFC 5321 4.1.1.2)."""
    order, form = _mail_out_of_order(part, standing), path_verdict(part, command, "mail")
    return (
        (form or order if "MAIL" in part.personality.strict.form_first else order or form)
        or _parameters(part, standing, command, "mail")
        or _sender(part, standing, command)
    )


def _mail_out_of_order(part: Part, standing: Standing) -> Verdict | None:
    if standing.state in IN_TRANSACTION:
        return Verdict("mail-nested")
    if part.door.auth_required and not standing.user:
        return Verdict("needs-auth")
    return Verdict("mail-too-many") if standing.spent else None


def _sender(part: Part, standing: Standing, command: Command) -> Verdict:
    assert command.path is not None  # path_verdict saw to that
    sender = command.path.mailbox
    size = _announced(command)
    if size > part.personality.limits.size and part.personality.strict.announced_size:
        return Verdict("mail-too-big")
    if part.door.own_sender and not part.world.owns(standing.user, command.path):
        return Verdict("mail-not-yours", {"sender": sender, "user": standing.user})
    body = command.parameter("BODY")
    changes: dict[str, Any] = {
        "utf8": command.parameter("SMTPUTF8") is not None,
        "binary": body is not None and (body.value or "").upper() == "BINARYMIME",
    }
    values = {"sender": sender}
    return Verdict("mail-ok", values, accepted=Desk.open_envelope, changes=changes, address=sender)


def _announced(command: Command) -> int:
    """The octets that SIZE announces, 0 without a number: servers may forgive that."""
    size = command.parameter("SIZE")
    digits = size.value if size is not None and size.value is not None else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else 0


def judge_rcpt(part: Part, standing: Standing, command: Command) -> Verdict:
    """One more recipient, with a verdict of its own (RFC 5321 4.1.1.3)."""
    order, form = _rcpt_out_of_order(standing), path_verdict(part, command, "rcpt")
    verdict = (
        (form or order if "RCPT" in part.personality.strict.form_first else order or form)
        or _parameters(part, standing, command, "rcpt")
        or _recipient(part, standing, command)
    )
    return verdict._replace(refused=_refuse)


def _rcpt_out_of_order(standing: Standing) -> Verdict | None:
    if standing.state is State.BDAT:
        return Verdict("rcpt-after-data")
    if standing.state not in IN_TRANSACTION:
        return Verdict("rcpt-no-mail")
    return Verdict("rcpt-too-many") if standing.crowd else None


_SITUATIONS = {
    Fate.HERE: "rcpt-ok",
    Fate.DISCARD: "rcpt-ok",
    Fate.FORWARD: "rcpt-forward",
    Fate.FULL: "rcpt-full",
    Fate.MOVED: "rcpt-moved",
    Fate.UNKNOWN: "rcpt-unknown",
    Fate.ELSEWHERE: "rcpt-relay",
}


def _recipient(part: Part, standing: Standing, command: Command) -> Verdict:
    assert command.path is not None  # path_verdict saw to that
    if standing.bad_name:
        detail = marked("It was given long ago, and is held against you now.")
        return Verdict("helo-name", detail=detail)
    route = part.world.route(command.path)
    situation = _SITUATIONS[route.fate]
    if route.fate is Fate.ELSEWHERE and standing.user:
        situation = "rcpt-ok"  # who has logged in may send anywhere (RFC 6409 3.1)
    address = command.path.mailbox
    values = {"rcpt": address, "new": route.new, "name": route.name}
    verdict = Verdict(situation, values, accepted=Desk.add_recipient, route=route, address=address)
    if route.fate is Fate.DISCARD:
        return verdict._replace(answer=asked_answer(part.world, route, "code"))
    if part.world.quotas and situation == "rcpt-ok":
        return verdict._replace(look=room_at_rcpt, lasting=False)
    return verdict


def _refuse(desk: Desk, move: Move) -> None:
    desk.refusals += 1


def judge_rset(part: Part, standing: Standing, command: Command) -> Verdict:
    """Drop the envelope; hello, TLS and login stay (RFC 5321 4.1.1.5)."""
    wrong = syntax_verdict(part, command, "rset-syntax")
    return wrong or Verdict("rset-ok", accepted=_drop, junk=True)


def _drop(desk: Desk, move: Move) -> None:
    desk.drop_envelope()


def _parameters(part: Part, standing: Standing, command: Command, verb: str) -> Verdict | None:
    """Every parameter must belong to an extension that was offered (RFC 5321 4.1.1.11)."""
    if not command.parameters:
        return None
    keyword = command.parameters[0].keyword
    if part.personality.strict.parameters_need_ehlo and not standing.esmtp:
        words = "HELO brings no extensions; say EHLO."
        return Verdict(f"{verb}-parameter", {"param": keyword}, words)
    offers = part.offers(standing)
    for parameter in command.parameters:
        extension = _extension(verb, parameter)
        if extension == "AUTH" and part.does("AUTH"):
            continue  # clients that will not log in may say it too (RFC 4954 5)
        if extension and extension not in offers:
            words = f"{extension} was not offered."
            return Verdict(f"{verb}-parameter", {"param": parameter.keyword}, words)
    return None


def _extension(verb: str, parameter: Parameter) -> str:
    if (parameter.value or "").upper() == "BINARYMIME":
        return "BINARYMIME"
    spec = PARAMETERS.get(f"{verb.upper()} {parameter.keyword}")
    return spec.extension if spec is not None else parameter.keyword
