"""The seam of scenarios: a function from an election to an election.

What an entry may say of itself: `swing=True`, it is a model of swing, as `swing` describes them, which projections can take.
"""

from hustings.registry import Registry

scenario = Registry("scenario", __name__)
