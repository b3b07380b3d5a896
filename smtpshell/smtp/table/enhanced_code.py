"""Enhanced status codes: the IANA registry, X.0.0 to X.7.30, with classes and subjects."""

from __future__ import annotations

from smtpshell.smtp.table.code_row import EnhancedCodeSpec, EnhancedPartSpec, WildCodeSpec
from smtpshell.smtp.table.wild_enhanced_code import WILD_ENHANCED_CODES

__all__ = [
    "ENHANCED_CLASSES",
    "ENHANCED_CODES",
    "ENHANCED_SUBJECTS",
    "WILD_ENHANCED_CODES",
    "EnhancedCodeSpec",
    "EnhancedPartSpec",
    "WildCodeSpec",
    "registered",
]

_SPECS = (
    EnhancedCodeSpec(
        "X.0.0", "Other undefined Status", (2, 4, 5), refs=("RFC 3463 3.1",), basic=("any",)
    ),
    EnhancedCodeSpec("X.1.0", "Other address status", (2, 4, 5), refs=("RFC 3463 3.2",)),
    EnhancedCodeSpec(
        "X.1.1",
        "Bad destination mailbox address",
        (4, 5),
        refs=("RFC 3463 3.2",),
        basic=("451", "550"),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.1.2", "Bad destination system address", (4, 5), refs=("RFC 3463 3.2",), intended_class=5
    ),
    EnhancedCodeSpec(
        "X.1.3",
        "Bad destination mailbox address syntax",
        (4, 5),
        refs=("RFC 3463 3.2",),
        basic=("501",),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.1.4", "Destination mailbox address ambiguous", (4, 5), refs=("RFC 3463 3.2",)
    ),
    EnhancedCodeSpec(
        "X.1.5", "Destination address valid", (2,), refs=("RFC 3463 3.2",), basic=("250",)
    ),
    EnhancedCodeSpec(
        "X.1.6",
        "Destination mailbox has moved, No forwarding address",
        (4, 5),
        refs=("RFC 3463 3.2",),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.1.7", "Bad sender's mailbox address syntax", (4, 5), refs=("RFC 3463 3.2",)
    ),
    EnhancedCodeSpec(
        "X.1.8", "Bad sender's system address", (4, 5), refs=("RFC 3463 3.2",), basic=("451", "501")
    ),
    EnhancedCodeSpec(
        "X.1.9", "Message relayed to non-compliant mailer", (2, 4, 5), refs=("RFC 3886 3.3.4",)
    ),
    EnhancedCodeSpec(
        "X.1.10", "Recipient address has null MX", (5,), refs=("RFC 7505 6",), basic=("556",)
    ),
    EnhancedCodeSpec(
        "X.2.0", "Other or undefined mailbox status", (2, 4, 5), refs=("RFC 3463 3.3",)
    ),
    EnhancedCodeSpec(
        "X.2.1", "Mailbox disabled, not accepting messages", (4, 5), refs=("RFC 3463 3.3",)
    ),
    EnhancedCodeSpec(
        "X.2.2", "Mailbox full", (4, 5), refs=("RFC 3463 3.3",), basic=("552",), intended_class=4
    ),
    EnhancedCodeSpec(
        "X.2.3",
        "Message length exceeds administrative limit",
        (4, 5),
        refs=("RFC 3463 3.3",),
        basic=("552",),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.2.4",
        "Mailing list expansion problem",
        (4, 5),
        refs=("RFC 3463 3.3",),
        basic=("450", "452"),
    ),
    EnhancedCodeSpec(
        "X.3.0",
        "Other or undefined mail system status",
        (2, 4, 5),
        refs=("RFC 3463 3.4",),
        basic=("221", "250", "421", "451", "550", "554"),
    ),
    EnhancedCodeSpec(
        "X.3.1",
        "Mail system full",
        (4, 5),
        refs=("RFC 3463 3.4",),
        basic=("452",),
        intended_class=4,
    ),
    EnhancedCodeSpec(
        "X.3.2",
        "System not accepting network messages",
        (4, 5),
        refs=("RFC 3463 3.4", "RFC 7504 5"),
        basic=("453", "521"),
    ),
    EnhancedCodeSpec(
        "X.3.3", "System not capable of selected features", (4, 5), refs=("RFC 3463 3.4",)
    ),
    EnhancedCodeSpec(
        "X.3.4",
        "Message too big for system",
        (4, 5),
        refs=("RFC 3463 3.4",),
        basic=("552", "554"),
        intended_class=5,
    ),
    EnhancedCodeSpec("X.3.5", "System incorrectly configured", (4, 5), refs=("RFC 3463 3.4",)),
    EnhancedCodeSpec(
        "X.3.6", "Requested priority was changed", (2,), refs=("RFC 6710 10",), basic=("250", "251")
    ),
    EnhancedCodeSpec(
        "X.4.0", "Other or undefined network or routing status", (2, 4, 5), refs=("RFC 3463 3.5",)
    ),
    EnhancedCodeSpec(
        "X.4.1",
        "No answer from host",
        (4, 5),
        refs=("RFC 3463 3.5",),
        basic=("451",),
        intended_class=4,
    ),
    EnhancedCodeSpec(
        "X.4.2", "Bad connection", (4, 5), refs=("RFC 3463 3.5",), basic=("421",), intended_class=4
    ),
    EnhancedCodeSpec(
        "X.4.3",
        "Directory server failure",
        (4, 5),
        refs=("RFC 3463 3.5",),
        basic=("451", "550"),
        intended_class=4,
    ),
    EnhancedCodeSpec("X.4.4", "Unable to route", (4, 5), refs=("RFC 3463 3.5",)),
    EnhancedCodeSpec(
        "X.4.5",
        "Mail system congestion",
        (4, 5),
        refs=("RFC 3463 3.5",),
        basic=("451",),
        intended_class=4,
    ),
    EnhancedCodeSpec(
        "X.4.6", "Routing loop detected", (4, 5), refs=("RFC 3463 3.5",), intended_class=4
    ),
    EnhancedCodeSpec("X.4.7", "Delivery time expired", (4, 5), refs=("RFC 3463 3.5",)),
    EnhancedCodeSpec(
        "X.5.0",
        "Other or undefined protocol status",
        (2, 4, 5),
        refs=("RFC 3463 3.6",),
        basic=(
            "220",
            "250",
            "251",
            "252",
            "253",
            "451",
            "452",
            "454",
            "458",
            "459",
            "501",
            "502",
            "503",
            "554",
        ),
    ),
    EnhancedCodeSpec(
        "X.5.1",
        "Invalid command",
        (4, 5),
        refs=("RFC 3463 3.6",),
        basic=("430", "500", "501", "503", "530", "550", "554", "555"),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.5.2",
        "Syntax error",
        (4, 5),
        refs=("RFC 3463 3.6",),
        basic=("500", "501", "502", "550", "555"),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.5.3", "Too many recipients", (4, 5), refs=("RFC 3463 3.6",), basic=("451",)
    ),
    EnhancedCodeSpec(
        "X.5.4",
        "Invalid command arguments",
        (4, 5),
        refs=("RFC 3463 3.6",),
        basic=("451", "501", "502", "503", "504", "550", "555"),
        intended_class=5,
    ),
    EnhancedCodeSpec("X.5.5", "Wrong protocol version", (4, 5), refs=("RFC 3463 3.6",)),
    EnhancedCodeSpec(
        "X.5.6",
        "Authentication Exchange line is too long",
        (5,),
        refs=("RFC 4954 6",),
        basic=("500",),
    ),
    EnhancedCodeSpec("X.6.0", "Other or undefined media error", (2, 4, 5), refs=("RFC 3463 3.7",)),
    EnhancedCodeSpec(
        "X.6.1", "Media not supported", (4, 5), refs=("RFC 3463 3.7",), intended_class=5
    ),
    EnhancedCodeSpec("X.6.2", "Conversion required and prohibited", (4, 5), refs=("RFC 3463 3.7",)),
    EnhancedCodeSpec(
        "X.6.3",
        "Conversion required but not supported",
        (4, 5),
        refs=("RFC 3463 3.7",),
        basic=("554",),
    ),
    EnhancedCodeSpec(
        "X.6.4", "Conversion with loss performed", (2, 4, 5), refs=("RFC 3463 3.7",), basic=("250",)
    ),
    EnhancedCodeSpec("X.6.5", "Conversion Failed", (4, 5), refs=("RFC 3463 3.7",)),
    EnhancedCodeSpec(
        "X.6.6", "Message content not available", (4, 5), refs=("RFC 4468 5",), basic=("554",)
    ),
    EnhancedCodeSpec(
        "X.6.7",
        "Non-ASCII addresses not permitted for that sender/recipient",
        (4, 5),
        refs=("RFC 6531 4.2",),
        basic=("550", "553"),
    ),
    EnhancedCodeSpec(
        "X.6.8",
        "UTF-8 string reply is required, but not permitted by the SMTP client",
        (2, 4, 5),
        refs=("RFC 6531 4.2",),
        basic=("252", "550", "553"),
    ),
    EnhancedCodeSpec(
        "X.6.9",
        "UTF-8 header message cannot be transferred to one or more recipients, "
        "so the message must be rejected",
        (4, 5),
        refs=("RFC 6531 4.2",),
        basic=("550",),
    ),
    EnhancedCodeSpec(
        "X.6.10", "(duplicate of X.6.8)", (2, 4, 5), refs=("RFC 6531 4.2",), status="deprecated"
    ),
    EnhancedCodeSpec(
        "X.7.0",
        "Other or undefined security status",
        (2, 4, 5),
        refs=("RFC 3463 3.8",),
        basic=("220", "235", "450", "454", "500", "501", "503", "504", "530", "535", "550"),
    ),
    EnhancedCodeSpec(
        "X.7.1",
        "Delivery not authorized, message refused",
        (4, 5),
        refs=("RFC 3463 3.8",),
        basic=("451", "454", "502", "503", "533", "550", "551"),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.7.2",
        "Mailing list expansion prohibited",
        (4, 5),
        refs=("RFC 3463 3.8",),
        basic=("550",),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.7.3",
        "Security conversion required but not possible",
        (4, 5),
        refs=("RFC 3463 3.8",),
        intended_class=5,
    ),
    EnhancedCodeSpec(
        "X.7.4",
        "Security features not supported",
        (4, 5),
        refs=("RFC 3463 3.8",),
        basic=("504",),
        intended_class=5,
    ),
    EnhancedCodeSpec("X.7.5", "Cryptographic failure", (4, 5), refs=("RFC 3463 3.8",)),
    EnhancedCodeSpec(
        "X.7.6", "Cryptographic algorithm not supported", (4, 5), refs=("RFC 3463 3.8",)
    ),
    EnhancedCodeSpec("X.7.7", "Message integrity failure", (4, 5), refs=("RFC 3463 3.8",)),
    EnhancedCodeSpec(
        "X.7.8",
        "Authentication credentials invalid",
        (5,),
        refs=("RFC 4954 6",),
        basic=("535", "554"),
    ),
    EnhancedCodeSpec(
        "X.7.9", "Authentication mechanism is too weak", (5,), refs=("RFC 4954 6",), basic=("534",)
    ),
    EnhancedCodeSpec("X.7.10", "Encryption Needed", (5,), refs=("RFC 5248 2.4",), basic=("523",)),
    EnhancedCodeSpec(
        "X.7.11",
        "Encryption required for requested authentication mechanism",
        (5,),
        refs=("RFC 4954 6",),
        basic=("524", "538"),
    ),
    EnhancedCodeSpec(
        "X.7.12",
        "A password transition is needed",
        (4,),
        refs=("RFC 4954 6",),
        basic=("422", "432"),
    ),
    EnhancedCodeSpec(
        "X.7.13", "User Account Disabled", (5,), refs=("RFC 5248 2.4",), basic=("525",)
    ),
    EnhancedCodeSpec(
        "X.7.14", "Trust relationship required", (5,), refs=("RFC 5248 2.4",), basic=("535", "554")
    ),
    EnhancedCodeSpec(
        "X.7.15", "Priority Level is too low", (4, 5), refs=("RFC 6710 10",), basic=("450", "550")
    ),
    EnhancedCodeSpec(
        "X.7.16",
        "Message is too big for the specified priority",
        (4, 5),
        refs=("RFC 6710 10",),
        basic=("552",),
    ),
    EnhancedCodeSpec(
        "X.7.17", "Mailbox owner has changed", (5,), refs=("RFC 7293 15.3",), basic=("5yz",)
    ),
    EnhancedCodeSpec(
        "X.7.18", "Domain owner has changed", (5,), refs=("RFC 7293 15.3",), basic=("5yz",)
    ),
    EnhancedCodeSpec(
        "X.7.19", "RRVS test cannot be completed", (5,), refs=("RFC 7293 15.3",), basic=("5yz",)
    ),
    EnhancedCodeSpec(
        "X.7.20", "No passing DKIM signature found", (5,), refs=("RFC 7372 3.1",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.21", "No acceptable DKIM signature found", (5,), refs=("RFC 7372 3.1",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.22",
        "No valid author-matched DKIM signature found",
        (5,),
        refs=("RFC 7372 3.1",),
        basic=("550",),
    ),
    EnhancedCodeSpec(
        "X.7.23", "SPF validation failed", (5,), refs=("RFC 7372 3.2",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.24", "SPF validation error", (4, 5), refs=("RFC 7372 3.2",), basic=("451", "550")
    ),
    EnhancedCodeSpec(
        "X.7.25", "Reverse DNS validation failed", (5,), refs=("RFC 7372 3.3",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.26",
        "Multiple authentication checks failed",
        (5,),
        refs=("RFC 7372 3.4",),
        basic=("550",),
    ),
    EnhancedCodeSpec(
        "X.7.27", "Sender address has null MX", (5,), refs=("RFC 7505 6",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.28", "Mail flood detected", (4, 5), refs=("draft-levine-mailbomb-header",)
    ),
    EnhancedCodeSpec(
        "X.7.29", "ARC validation failure", (5,), refs=("RFC 8617 10.4",), basic=("550",)
    ),
    EnhancedCodeSpec(
        "X.7.30", "REQUIRETLS support required", (5,), refs=("RFC 8689 7",), basic=("550",)
    ),
)

ENHANCED_CODES: dict[str, EnhancedCodeSpec] = {spec.code: spec for spec in _SPECS}

ENHANCED_CLASSES: dict[int, EnhancedPartSpec] = {
    2: EnhancedPartSpec(2, "Success", ("RFC 3463 2",)),
    4: EnhancedPartSpec(4, "Persistent Transient Failure", ("RFC 3463 2",)),
    5: EnhancedPartSpec(5, "Permanent Failure", ("RFC 3463 2",)),
}
ENHANCED_SUBJECTS: dict[int, EnhancedPartSpec] = {
    0: EnhancedPartSpec(0, "Other or Undefined Status", ("RFC 3463 2",)),
    1: EnhancedPartSpec(1, "Addressing Status", ("RFC 3463 2",)),
    2: EnhancedPartSpec(2, "Mailbox Status", ("RFC 3463 2",)),
    3: EnhancedPartSpec(3, "Mail System Status", ("RFC 3463 2",)),
    4: EnhancedPartSpec(4, "Network and Routing Status", ("RFC 3463 2",)),
    5: EnhancedPartSpec(5, "Mail Delivery Protocol Status", ("RFC 3463 2",)),
    6: EnhancedPartSpec(6, "Message Content or Media Status", ("RFC 3463 2",)),
    7: EnhancedPartSpec(7, "Security or Policy Status", ("RFC 3463 2",)),
}


def registered(code: str) -> EnhancedCodeSpec | None:
    """The registered row of "5.1.1" or "X.1.1", whatever its class; None for a stranger.

    A stranger still has a class and a subject: ENHANCED_CLASSES, ENHANCED_SUBJECTS.
    """
    _, _, rest = code.partition(".")
    return ENHANCED_CODES.get(f"X.{rest}")
