"""The export of an organization: all of its rows and files in one archive."""
