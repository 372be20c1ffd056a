"""Texts: languages, words, names, places, positions, and characters that mislead."""
