"""A against B, on finished runs: what differs, what it is worth, and how sure one may be.

Pure: values in, values out; nothing here reads a file, sends a request or draws. scipy is loaded
inside the functions that need it: it takes longer than all the rest.
"""
