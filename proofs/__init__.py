"""From phases to theorems: claims, certificates, the small checker, LaTeX and the report."""
