"""YAML text to prompts: what the user typed, read, joined and checked; and where it all stands.

Four kinds of file, told apart by their suffix: `NAME.prompt.yaml`, `.system.yaml`, `.tools.yaml`
and `.cases.yaml`. A file's text is the truth and is never rewritten. Whatever is wrong with it is
a `Problem` with path, line, column and a hint, all of a file's problems at once; whatever we do
not know but the API may is kept verbatim. Source: design.md section 5.
"""
