"""The seam of scenarios: a function from an election to an election."""

from hustings.registry import Registry

scenario = Registry("scenario", __name__)
