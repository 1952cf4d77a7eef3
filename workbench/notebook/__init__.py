"""The workbench in Jupyter: magics, the live display, the workbench itself in a frame.

The only room that knows IPython. It starts what the door offers and shows what comes; whatever it
shows is data to the page, never markup. `%load_ext workbench` comes here.
"""
