"""What a ruleset means, proven well-formed: `CheckedRuleset` and all that it is made of.

`types` are types and units, `nodes` expressions, `ruleset` the declarations, `dated` a ruleset on
a day, `traverse` walks expressions and `text` writes them, `situation`, `entries` and `terms` hold
and evaluate the facts of a case. The IR holds no YAML and no spans.
"""
