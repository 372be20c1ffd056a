"""Exact evaluation of the terms and tests of a dated ruleset, for every engine and the lints."""
