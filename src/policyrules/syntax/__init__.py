"""What the author wrote: YAML with places, the tree, expressions, and the printer.

Reading never fails: it returns a tree and diagnostics. The tree has no meaning yet; `check` gives
it one. Shapes (`shapes`, `grammar`) describe every file once; the reader, the printer and the JSON
Schema are three walks over that one description.
"""
