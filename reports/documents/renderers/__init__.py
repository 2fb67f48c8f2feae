"""Turns presentable content into files; knows nothing of how the content came to be."""
