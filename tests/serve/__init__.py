"""Tests of the workbench in a browser."""
