"""Properties of case files: facts drawn, properties tried, counterexamples shrunk."""
