"""Import: what other programs recorded, as sessions like ours.

Promises: the file that is read is left as it is; nothing is written over, and what was taken
before is not taken again; what the other program did not record is not made up: a moment, a count
or a cost that it does not tell stays unknown. Whatever it tells beyond what we have a place for is
kept as it came, in lines of their own (`source`). Text from others is data.
"""
