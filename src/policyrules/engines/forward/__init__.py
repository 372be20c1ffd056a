"""Forward chaining: a ruleset as a Horn program, chained on durable_rules inside its fence.

`program` makes the Horn program of a ruleset, `engine` decides a case with it; `horn`, `durable`,
`fixpoint` and `kernels` know nothing of rulesets. `durable` is the only module that imports
durable_rules, and the fixpoint in plain Python checks every step that it takes.
"""
