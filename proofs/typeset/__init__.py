"""Typesetting: formulas and paragraphs as small trees, and their printers.

In: expressions, conditions, blocks of text. Out: LaTeX, MathML, HTML, SVG inside of pages.
"""
