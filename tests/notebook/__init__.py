"""Tests of the workbench in notebooks."""
