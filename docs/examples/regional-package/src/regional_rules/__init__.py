"""Holds rulesets; the library finds the folder by the entry point, and runs nothing of it."""
