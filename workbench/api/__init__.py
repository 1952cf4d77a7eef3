"""One request to one provider: headers, key, refusals, end of stream, when to try again.

The only room that knows httpx, so that another HTTP library is one room away. A key is bound to
its provider's host: it is sent to the endpoint it was made for and, since redirects are not
followed, nowhere else.
"""
