"""Compose a base and its overlays into one syntax tree, before anything is checked.

The result is the tree of an ordinary ruleset, so the checker, the engines and the explanation need
to know nothing of overlays. Every node keeps its span, in the base or in the overlay, and the
source that it follows.
"""
