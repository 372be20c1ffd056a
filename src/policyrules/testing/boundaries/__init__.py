"""Boundaries of rulesets: thresholds of each fact, and facts on both sides of them."""
