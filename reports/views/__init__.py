"""Pages of reports: deliverables, and the blank toolkit."""
