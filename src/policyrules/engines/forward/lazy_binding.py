"""Imports the core with its functions bound one by one, when each is first called.

From Python 3.13 on the core lacks one function of Python's, `PyEval_CallObject`. Only its callbacks
call that function, and none is ever set; every other that it takes is in Python's stable ABI. A
plain import binds all functions at once, and fails; this one binds those that are called.

The flags of the loader belong to the whole process. A module is imported once, under a lock that
Python keeps for it: so they are set and restored here, and no two threads do it at the same time.

Raises:
    ImportError: the loader binds all functions at once all the same, as under `LD_BIND_NOW`.
"""

import os
import sys

_flags = sys.getdlopenflags()
sys.setdlopenflags(_flags & ~os.RTLD_NOW | os.RTLD_LAZY)
try:
    import durable_rules_engine as core
finally:
    sys.setdlopenflags(_flags)

__all__ = ["core"]
