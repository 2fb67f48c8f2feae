"""Tests of the assessments."""
