"""The seam of methods: how an Act or a textbook counts one district; a function over a count.

What an entry says of itself, and of the engine that it is a function over, stands in `counting/run`.
"""

from hustings.registry import Registry

method = Registry("method", __name__)
