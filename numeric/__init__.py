"""The same answers recomputed from the definition, without the code of `symbolic`: the second route."""
