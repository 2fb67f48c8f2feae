"""The REST API's foundation, and its operations on firms."""
