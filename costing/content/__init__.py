"""What costing's pages show, from plain values alone; pure, so it must not import Django."""

from costing.content.economics import economics_page

__all__ = ["economics_page"]
