"""The workbench in a browser: each tab is a process of its own, painted over a web socket.

Listens on loopback, answers loopback names and its own origin only, lets in whoever has the link
that it printed, and loads nothing from outside. What the browser runs (xterm.js with its style
and font) is taken from the installed textual-serve; none of that package's code is run.
"""
