"""The plain texts of the pack."""

from __future__ import annotations

from plain_suite import plain_suite

from recordrelief_us_or.pack import PACK

TestPlain = plain_suite(PACK)
