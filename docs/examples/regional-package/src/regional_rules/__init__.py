"""The rulesets; policyrules finds this folder by the entry point and runs no code of it."""
