"""Games: read, checked, written.

In: a game file, or the same as a dictionary. Out: `Game`, an immutable object with exact symbolic entries, or one line
that names the mistake.
"""
