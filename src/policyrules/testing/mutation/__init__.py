"""Mutation tests of rulesets: mutants, the cases that kill them, and the survivors."""
