"""Case files: read the cases of a ruleset, run them, and compare the decisions.

`suites` finds the files, `reader` reads a file into a `CaseFile`, `merge` gives each case its
facts, `run` decides the cases, `compare` finds the differences from what they expect, and `result`
has the results.
"""
