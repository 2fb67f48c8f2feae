"""Scenarios of costing."""
