"""Certificates for scripted runs: those that the tests of the wires have."""

from __future__ import annotations

from tests.net.conftest import authority, make_authority

__all__ = ["authority", "make_authority"]
