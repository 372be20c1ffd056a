"""The functions and classes for Python callers: load, check, decide, select and replay."""
