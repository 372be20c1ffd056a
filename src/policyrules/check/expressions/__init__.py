"""Type check expressions and lower them to nodes of the IR."""
