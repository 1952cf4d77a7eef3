"""What the user chose, for all folders and for one: read generously, written whole.

`config.yaml` is the user's own file. What is chosen on the screen is kept beside it, in
`settings.json`; a setting that `config.yaml` says is changed there, that one word alone. What is
remembered of a folder (sizes, layout, the open prompt) is state: in the state folder, and losing
it costs nothing. A damaged file of ours counts as none.
"""
