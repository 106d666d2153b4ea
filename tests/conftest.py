"""Property tests draw the same examples on every run, so that a green run stays green.

To look for new counterexamples, run ``HYPOTHESIS_PROFILE=search python -m pytest tests``.

Coq and LaTeX are no part of an installation: tests marked ``needs("coqc")`` are skipped without it, except where CI is
set, whose script installs both.
"""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose programs are missing; in CI their absence is a failure."""
    for marker in item.iter_markers("needs"):
        missing = [program for program in marker.args if shutil.which(program) is None]
        if missing and os.environ.get("CI"):
            pytest.fail(f"{', '.join(missing)} not installed; the checks install what they need")
        if missing:
            pytest.skip(f"{', '.join(missing)} not installed")
