"""Views of demo."""
