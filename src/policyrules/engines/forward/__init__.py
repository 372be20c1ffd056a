"""The forward engine: compile a ruleset to a Horn program and chain it with durable_rules.

`program` builds the Horn program of a ruleset and `engine` decides a case with it. `horn`,
`durable`, `fixpoint` and `kernels` are independent of rulesets. Only `durable` and `lazy_binding`
import durable_rules, and the fixpoint in plain Python checks every step of it.
"""
