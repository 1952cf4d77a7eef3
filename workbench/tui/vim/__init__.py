"""Vim's modes in an editor: what a key means there. Pure but for `modal`, which does it.

`motions` and `objects` say where a text begins and ends, `grammar` reads keys, `commands` says
what comes of them: values in, values out.
"""
