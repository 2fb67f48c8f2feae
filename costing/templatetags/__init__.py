"""Template filters of costing."""
