"""workbench: prompt engineering on the Claude Messages API, in the terminal and in Jupyter."""

__version__ = "0.1.0"
