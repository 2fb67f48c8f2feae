"""Api of catalog."""
