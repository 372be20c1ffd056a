"""Scaffold a variant: an overlay with its cases that passes `check` and `test` at once.

A figure that has not been looked up is `not_stated`, and a note discloses it with every decision
that depends on it. So a figure of the base is never mistaken for one of the place.
"""
