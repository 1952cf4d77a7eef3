"""Everything that can go wrong with an answer, on demand: wrappers around the stream it would be.

`table` names the faults and reads them; every other file has the functions of one stage, a fault
a function: what is refused, what is said, the events, the bytes. All of it is pure.
"""
