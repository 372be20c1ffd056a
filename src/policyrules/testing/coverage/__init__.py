"""Coverage of rulesets: goals that the cases of a ruleset should reach, and the gaps."""
