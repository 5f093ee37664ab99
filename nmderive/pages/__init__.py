"""Parts of web pages without scripts or network: prose, formulas, verdicts, plots; their style and their font."""
