"""The intermediate representation (IR): the meaning of a checked ruleset.

`types` has types and units, `nodes` expressions, `ruleset` declarations; `traverse` walks
expressions, `unparse` writes them, `lens` finds and replaces nodes. The IR has no YAML and no
positions.
"""
