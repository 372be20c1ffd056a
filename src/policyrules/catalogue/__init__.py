"""Find the files of rulesets, read and compile them, and keep the pins of overlays."""
