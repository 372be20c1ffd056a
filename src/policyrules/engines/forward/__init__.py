"""Forward chaining: a ruleset becomes a Horn program, which durable_rules chains within its limits.

`program` builds the Horn program of a ruleset and `engine` decides a case with it. `horn`,
`durable`, `fixpoint` and `kernels` are independent of rulesets. Only `durable` and `lazy_binding`
import durable_rules, and the fixpoint in plain Python checks every step of it.
"""
