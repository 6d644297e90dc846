"""The seam of sources: a function from an edition's name or from files to an election."""

from hustings.registry import Registry

source = Registry("source", __name__)
