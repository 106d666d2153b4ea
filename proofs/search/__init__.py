"""Untrusted search: facts about signs and logarithms, and proofs of statements put together from them."""
