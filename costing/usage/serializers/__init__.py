"""Serializers of usage."""
