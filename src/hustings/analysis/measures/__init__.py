"""The seam of measures: a function from an outcome to a number, or to None where it does not apply."""

from hustings.registry import Registry

measure = Registry("measure", __name__)
