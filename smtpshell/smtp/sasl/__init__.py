"""SASL mechanisms as SMTP's AUTH uses them (RFC 4422, RFC 4954): build a step, take it apart."""
