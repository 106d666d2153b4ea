"""Games with private signals, with several players, or with both (Esponda & Pouzo 2016 in full)."""
