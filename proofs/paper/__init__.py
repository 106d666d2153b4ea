"""The paper on epistemic traps, written from the game files and the list of claims."""
