"""Content of catalog."""
