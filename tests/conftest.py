"""Property tests draw the same examples on every run, so that a green run stays green.

To look for new counterexamples, run ``HYPOTHESIS_PROFILE=search python -m pytest tests``.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
