"""What a provider would refuse that only counting and decoding can tell: windows and pictures.

Pure: bodies with their variables filled in, findings out. What needs no counting is foreseen in
`documents`; the door asks both.
"""
