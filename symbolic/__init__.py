"""What a game says, exactly: expressions, games, divergences, best replies, equilibria, atoms and phases."""
