"""How hypothesis tries where these tests run by themselves: the same examples every time, against no clock."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
