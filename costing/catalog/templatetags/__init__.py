"""Templatetags of catalog."""
