"""Composes a base and an overlay into one tree, before anything is given a meaning.

The result is the tree of a ruleset like any other, so that whatever comes behind, the checker, the
engines and the explanation, knows nothing of overlays. Every node keeps the place where it was
written, be it in the base or in the overlay, and the source that it follows.
"""
