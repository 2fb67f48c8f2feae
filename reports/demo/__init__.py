"""Demo of reports."""
