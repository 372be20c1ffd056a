"""Scaffold a variant: an overlay with its cases that passes `check` and `test` at once.

A figure that has not been looked up is `not_stated`, and a note discloses it with every decision
that depends on it. So no figure of the base passes for one of the place.
"""
