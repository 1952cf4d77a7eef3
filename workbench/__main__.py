"""`python -m workbench` is `workbench`."""

from workbench.cli import entry

if __name__ == "__main__":
    entry()
