"""Possible values and numbers as a reader sees them: `value` a whole value, `numbers` a number."""
