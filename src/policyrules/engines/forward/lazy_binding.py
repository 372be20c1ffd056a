"""Import the core so that each of its functions is bound when it is first called.

From Python 3.13 on, Python lacks one function that the core names, `PyEval_CallObject`. Only
callbacks of the core call it, and none is ever set; the other functions are in the stable ABI. A
plain import binds all functions at once, and fails; this import does not.

The flags of the loader belong to the whole process. Python imports a module once, under a lock, so
no two threads change the flags at once.

Raises:
    ImportError: The loader binds all functions at once regardless, as under `LD_BIND_NOW`.
"""

import os
import sys

_saved_flags = sys.getdlopenflags()
sys.setdlopenflags(_saved_flags & ~os.RTLD_NOW | os.RTLD_LAZY)
try:
    import durable_rules_engine as core
finally:
    sys.setdlopenflags(_saved_flags)

__all__ = ["core"]
