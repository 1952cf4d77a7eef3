"""The workbench in the terminal. Paints frozen values, posts notices, starts nothing itself.

`app` is the one place that acts, by way of the door; screens and widgets are given values.
"""
