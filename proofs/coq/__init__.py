"""Coq files of proved claims, stated at the level of the definition of the game."""
