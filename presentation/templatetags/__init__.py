"""Templatetags of presentation."""
