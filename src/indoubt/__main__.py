"""`python -m indoubt` is the command `indoubt`."""

from indoubt.cli import main

if __name__ == "__main__":
    main()
