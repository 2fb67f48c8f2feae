"""Api of usage."""
