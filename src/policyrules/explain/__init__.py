"""Explanations of a decision: what they say, in which order, and as text or HTML."""
