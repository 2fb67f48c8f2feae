"""The version that a caller read."""

HIGHEST_VERSION = 2_000_000_000
