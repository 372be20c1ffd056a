"""Build decisions from evaluations: amounts, reasons, margins, provenance and missing facts."""
