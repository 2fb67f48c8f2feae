"""Content of documents."""
