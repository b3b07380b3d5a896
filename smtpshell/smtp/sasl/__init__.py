"""SASL mechanisms as SMTP's AUTH uses them (RFC 4422, RFC 4954): build a step, take it apart.

`mechanism.client` and `mechanism.server` give generators that speak one side of an exchange in
decoded bytes; `mechanism.take_apart` says what each byte of any message is.
"""
