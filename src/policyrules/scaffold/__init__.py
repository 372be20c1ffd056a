"""Begins a variant: an overlay with its cases that passes `check` and `test` as it stands.

What nobody has looked up yet is `not_stated`, and a note says so with every decision that rests on
it. So the start is honest: no figure of the base is passed off as one of the place.
"""
