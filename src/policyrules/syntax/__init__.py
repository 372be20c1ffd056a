"""Read and print the files of the language: YAML with spans, trees, expressions.

Reading never fails: it returns a tree and diagnostics. A tree has no meaning yet; `check` adds it.
Each kind of file is described once, by the shapes of its grammar; the reader, the printer and the
JSON Schema are three walks over that description.
"""
