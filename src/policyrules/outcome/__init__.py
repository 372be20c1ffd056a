"""Decisions made of an evaluation: amount, reasons, margins, provenance and missing facts."""
