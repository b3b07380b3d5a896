"""smtpshell: a Telnet-style shell in which people learn SMTP by hand."""

__version__ = "0.1.0"
