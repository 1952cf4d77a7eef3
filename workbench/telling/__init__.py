"""Telling: a run in words and figures, as every face and every export says them.

Promises: values in, text out; pure. What comes from others is made safe to paint by `plain`; what
is not known is never told as 0. Knows neither a screen nor a file.
"""
