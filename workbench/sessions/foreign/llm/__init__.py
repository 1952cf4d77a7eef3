"""The logs.db of `llm` (Simon Willison's), in every shape that its tables have had.

`log` and `logs` until 0.5, `conversations` and `responses` from 0.6 on, `threads`, `turns`,
`messages` and `parts` from 0.32 on; one file may hold them all. Source: llm 0.1 to 0.36, its
migrations and what it wrote.
"""
