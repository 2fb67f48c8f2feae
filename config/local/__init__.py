"""Sets up and runs the product on one machine; must not import Django, whose settings it makes."""
