"""Formatting for readers: `numbers` formats one number, `value` a possible value of any kind."""
