"""What every test shares: how hard hypothesis tries (``HYPOTHESIS_PROFILE`` is ``quick``, ``ci`` or ``thorough``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # for the package proof

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "ci", max_examples=60, derandomize=True, deadline=None, suppress_health_check=_SLOW, print_blob=True
)
settings.register_profile(
    "quick", max_examples=15, derandomize=True, deadline=None, suppress_health_check=_SLOW, print_blob=True
)
settings.register_profile("thorough", max_examples=1_500, deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
