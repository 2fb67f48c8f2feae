"""Snapshots of reports."""
