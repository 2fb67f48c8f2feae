"""Api of scenarios."""
