"""The seam of methods: how an Act or a textbook counts one district; a function over a count."""

from hustings.registry import Registry

method = Registry("method", __name__)
