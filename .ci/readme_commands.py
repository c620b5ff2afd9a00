"""Print the commands of the first `sh` block in README.md, one a line, so that CI runs what the reader copies."""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
SH_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write the commands to standard output, or say why there are none."""
    block = SH_BLOCK.search(README.read_text(encoding="utf-8"))
    if block is None:
        sys.exit(f"{README} has no block that begins with ```sh")
    print(*(line for line in block[1].splitlines() if line.strip()), sep="\n")


if __name__ == "__main__":
    main()
