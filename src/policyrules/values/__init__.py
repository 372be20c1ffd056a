"""Exact values, the possible values of an unknown one, and three-valued logic.

`exact` holds numbers, `calendar` days, months and years as numbers, `possible` what a fact or value
may still be, `dependencies` what could narrow it, `kleene` the truth of tests. No module here knows
of rulesets, and none uses a binary float.
"""
