"""What the pages of every app may load to show charts and numbers."""
