"""Snapshots that freeze an assessment with its economics, and the deliverables made of them."""
