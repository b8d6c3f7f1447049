"""Detectors: from people to events."""
