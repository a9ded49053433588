"""The declared side: what a maker says about a product, as pydantic models.

:class:`Profile` is the whole document. Every leaf is optional and tri-state: absent means *not declared*,
which is never the same as "no". A leaf's property id is its path in kebab-case (``leaves.py``).
"""

from iotassess.model.profile.document import Profile

__all__ = ["Profile"]
