"""The seam of systems: a function from an election to an outcome."""

from hustings.registry import Registry

system = Registry("system", __name__)
