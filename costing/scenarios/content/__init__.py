"""What pages show of scenarios and their economics; must not import Django."""
