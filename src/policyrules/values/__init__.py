"""Exact values, the possible values of an unknown one, and three-valued logic.

Known values: `exact` has numbers, `calendar` days, months and years as numbers, `scale` progressive
scales. Unknown ones: `possible` has the values that a fact may still have and their arithmetic,
`calendar_sums`, `marginal` and `entries` (of lists) more operations on them, `dependencies` the
facts that could narrow them. `kleene` has the truth of tests, `threshold_search` the figure at
which a truth flips. No module here knows of rulesets, and none uses a binary float.
"""
