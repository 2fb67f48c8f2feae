"""Sharing of reports."""
