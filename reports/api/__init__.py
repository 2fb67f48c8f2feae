"""The REST API on snapshots, deliverables and share links."""
