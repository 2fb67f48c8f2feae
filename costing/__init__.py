"""Price catalog, scenarios, the cost engine and its results, anti-patterns."""
