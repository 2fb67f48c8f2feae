"""The REST API's base, and its resources of organizations."""
