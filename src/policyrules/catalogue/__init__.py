"""Find the files of rulesets, read and compile them, and update the pins of overlays."""
