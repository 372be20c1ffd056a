"""The classes of a decision: status, amount, reasons, missing facts, notices and receipt.

`policyrules.outcome` builds their objects from the evaluation of an engine.
"""
