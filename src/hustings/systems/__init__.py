"""The seam of systems: a function from an election to an outcome.

What an entry may say of itself: `tiers=2`, it looks at a second contest; `house`, where that is not always the election's: it "grows", or is
the law's "own"; `needs`, what it cannot do without and few elections have; `suffix`, the ending of files that stand for its one setting.
"""

from hustings.registry import Registry

system = Registry("system", __name__)
