"""Explanations of decisions: their content, and its layout as plain text and as HTML."""
