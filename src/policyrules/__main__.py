"""`python -m policyrules` is the command `policyrules`."""

import sys

from policyrules.cli import main

sys.exit(main())
