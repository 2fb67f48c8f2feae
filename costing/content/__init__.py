"""What costing's pages show, from plain values alone; pure, so it must not import Django."""

from costing.content.economics import Given, economics_page
from costing.content.usage import usage_page

__all__ = ["Given", "economics_page", "usage_page"]
