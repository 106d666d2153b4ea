"""The report: formulas, figures, paragraphs and theorems as LaTeX, HTML and TikZ."""
