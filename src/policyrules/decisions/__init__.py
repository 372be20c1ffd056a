"""The result of every engine: decision, reasons, missing facts, notices and receipt."""
