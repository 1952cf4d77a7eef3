"""The Messages API's own shapes: JSON to frozen values and back, bytes to server-sent events.

No I/O and no defaults of ours. Whatever we do not know is kept verbatim, key order included:
it has to be shown, saved and sent back as it came. Source: messages-api.md sections 4 to 13.
"""
