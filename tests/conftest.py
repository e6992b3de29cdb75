"""How all tests run.

Property tests take the same examples every time, however slow the machine; `HYPOTHESIS_PROFILE=explore` looks further.
"""

from __future__ import annotations

import logging
import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A program that fails, as some must here, leaves futures that nobody asks; their failure is asserted on elsewhere.
logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
