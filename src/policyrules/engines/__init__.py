"""The engines: `reference` defines what a ruleset means, and every other engine agrees with it.

`reference` and `forward` return an `Evaluation`. `compiled` returns the result of a case that it
can decide in whole numbers, and None for any other. No engine imports another, and none sees the
text of a ruleset. `outcome` builds decisions from their results.
"""
