"""The door: the procedure that all faces share, and nothing but wiring.

open -> variants -> round -> record -> replay. A face opens a `bench.Workbench`, asks it for a
`plan.Plan`, and iterates over the events of a round; what it shows of a live round and of a
replayed one is the same stream. Each module loads only what it needs, so that a face can show
itself before the heavy rooms are there.
"""
