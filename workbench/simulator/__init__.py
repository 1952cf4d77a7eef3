"""Plays the provider on loopback: a real HTTP server that speaks the Messages API.

It promises the API's own shapes (streams, errors, headers), its rules (what is refused, in which
words), its prefix cache, and a pace like the real one's; it never opens a connection itself and
shares no code with the client. What it says is scripted or drawn from the prompt's own words, and
every answer carries `x-simulated: workbench`. Source: messages-api.md, section 25 first of all.
"""
