"""`python -m benchmarks`, from the root of a checkout: see README.md beside this file."""

import sys
from pathlib import Path

# The count table and the ports that it speaks of live with the tests, which are no package.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from benchmarks.commands import main

if __name__ == "__main__":
    main()
