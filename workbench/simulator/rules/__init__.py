"""What the API refuses, and in which words: one rule a function, in the API's order.

A rule gets the request and returns the message of a 400, or None where it has nothing to say.
Source: messages-api.md section 16, whose numbers stand in the docstrings.
"""
