"""Lines of text about diagnostics and failed cases, for the command line and for pytest."""
