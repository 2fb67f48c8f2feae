"""Presentation of ."""
