"""Results with free parameters: equilibria in closed form, each with the exact condition under which it exists."""

from __future__ import annotations

