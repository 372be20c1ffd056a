"""Behaviour of public objects: frozen mappings, short representations, no truth value."""
