"""Tests of scheduled pulls of usage."""
