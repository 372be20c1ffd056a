"""Case files: what a ruleset must decide, case by case; read, run, and compared.

`suites` finds the files, `reader` makes a `CaseFile` of a text, `merge` gives each case its facts,
`run` decides the cases with whatever decides, `compare` says where a decision is not the expected
one, and `result` is what remains of a case that was run.
"""
