"""Enhanced status codes as big providers use them, beside or against the registry."""

from __future__ import annotations

from smtpshell.smtp.table.code_row import WildCodeSpec

WILD_ENHANCED_CODES: dict[str, WildCodeSpec] = {
    spec.code: spec
    for spec in (
        WildCodeSpec("5.4.14", "Hop count exceeded", ("Microsoft 365",)),
        WildCodeSpec("4.4.7", "Message delayed", ("Microsoft 365",)),
        WildCodeSpec("4.4.316", "Connection refused", ("Microsoft 365",)),
        WildCodeSpec(
            "4.7.26", "Access denied, must pass SPF or DKIM over IPv6", ("Microsoft 365",)
        ),
        WildCodeSpec("4.7.321", "starttls-not-supported", ("Microsoft 365 (SMTP DANE)",)),
        WildCodeSpec("4.7.322", "certificate-expired", ("Microsoft 365 (SMTP DANE)",)),
        WildCodeSpec("4.7.323", "tlsa-invalid", ("Microsoft 365 (SMTP DANE)",)),
        WildCodeSpec("4.7.324", "dnssec-invalid", ("Microsoft 365 (SMTP DANE)",)),
        WildCodeSpec("4.7.325", "certificate-host-mismatch", ("Microsoft 365 (SMTP DANE)",)),
        WildCodeSpec("4.7.500", "Server busy", ("Microsoft 365",)),
        WildCodeSpec("5.1.20", "Multiple From addresses", ("Microsoft 365",)),
        WildCodeSpec("5.1.90", "Outbound recipient limit exceeded", ("Microsoft 365",)),
        WildCodeSpec("5.2.121", "Recipient receives too much from sender", ("Microsoft 365",)),
        WildCodeSpec("5.2.122", "Recipient receives too much", ("Microsoft 365",)),
        WildCodeSpec(
            "5.7.3",
            "Authentication unsuccessful / client was not authenticated",
            ("Microsoft Exchange",),
        ),
        WildCodeSpec("5.7.23", "Violates SPF policy", ("Microsoft 365",)),
        WildCodeSpec(
            "5.7.51",
            "Tenant inbound attribution / restricted by partner connector",
            ("Microsoft 365",),
        ),
        WildCodeSpec(
            "5.7.57", "Client not authenticated to send anonymous mail", ("Microsoft Exchange",)
        ),
        WildCodeSpec(
            "5.7.60", "Client has no permission to send as this sender", ("Microsoft Exchange",)
        ),
        WildCodeSpec("5.7.64", "TenantAttribution; Relay Access Denied", ("Microsoft 365",)),
        WildCodeSpec("5.7.133", "Sender not authenticated for group", ("Microsoft 365",)),
        WildCodeSpec(
            "5.7.139",
            "Authentication unsuccessful, basic authentication is disabled",
            ("Microsoft 365",),
        ),
        WildCodeSpec("5.7.500", "Access denied, banned sender", ("Microsoft 365",)),
        WildCodeSpec("5.7.501", "Access denied, spam abuse detected", ("Microsoft 365",)),
        WildCodeSpec(
            "5.7.509",
            "Sending domain does not pass DMARC and has a policy of reject",
            ("Microsoft 365",),
        ),
        WildCodeSpec(
            "5.7.515",
            "Sending domain does not meet the required authentication level",
            ("Outlook.com",),
        ),
        WildCodeSpec("5.7.606", "Access denied, banned sending IP", ("Microsoft 365",)),
        WildCodeSpec("5.7.700", "Tenant exceeded threshold", ("Microsoft 365",)),
        WildCodeSpec(
            "5.7.708", "Access denied, traffic not accepted from this IP", ("Microsoft 365",)
        ),
        WildCodeSpec(
            "5.7.750", "Client blocked from sending from unregistered domains", ("Microsoft 365",)
        ),
        WildCodeSpec("4.7.27", "SPF not passed (rate limited)", ("Gmail",)),
        WildCodeSpec("4.7.30", "DKIM not passed (rate limited)", ("Gmail",)),
        WildCodeSpec("4.7.32", "From header not aligned (rate limited)", ("Gmail",)),
        WildCodeSpec("4.7.23", "Sending IP has no PTR (rate limited)", ("Gmail",)),
        WildCodeSpec("4.7.29", "Not sent over TLS (rate limited)", ("Gmail",)),
        WildCodeSpec("4.7.40", "DMARC policy missing (rate limited)", ("Gmail",)),
        WildCodeSpec("5.7.25", "Sending IP has no PTR", ("Gmail",)),
        WildCodeSpec("5.7.40", "DMARC policy missing", ("Gmail",)),
        WildCodeSpec("4.7.28", "Unusual rate of unsolicited mail", ("Gmail",)),
        WildCodeSpec("5.7.9", "Application-specific password or web login required", ("Gmail",)),
        WildCodeSpec("5.7.14", "Please log in through a web browser", ("Gmail",)),
        WildCodeSpec("5.5.1", "Authentication Required", ("Gmail",)),
        WildCodeSpec(
            "5.7.350", "Remote server returned message detected as spam", ("Microsoft 365",)
        ),
    )
}
