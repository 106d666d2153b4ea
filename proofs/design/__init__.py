"""Subjective model engineering: safe model classes, changes that lead to them, distances to the next phase."""
