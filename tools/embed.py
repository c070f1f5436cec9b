"""Placeholder until the first user arrives."""
