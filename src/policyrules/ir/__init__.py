"""What a ruleset means, proven well-formed: `CheckedRuleset` and all that it is made of.

`types` are types and units, `nodes` expressions, `ruleset` the declarations, `dated` a ruleset on
a day, `traverse` walks, `invariants` what a checked ruleset promises. The IR holds no YAML and no
spans; whoever holds one may rely on every promise without testing it again.
"""
