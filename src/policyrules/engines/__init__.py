"""The engines: each decides a checked ruleset on a case, and all agree with `reference`.

`evaluation` is what they hand on, and `build_decision` makes the decision of it. `reference` is the
meaning; `forward` chains forward on durable_rules. No engine knows another, and none sees the text
of a ruleset.
"""
