"""JSON Schemas: whether one is sound, whether it is in the subset of structured outputs, and a
value that satisfies it, made of the words of a prompt where they fit.

Source: messages-api.md section 8.
"""
