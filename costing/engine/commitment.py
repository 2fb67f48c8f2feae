"""Spend on tokens that is committed: paid in any case, with a discount on what is above it."""

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.inputs.commitments import Commitment


def settled(spend_usd: FloatArray, terms: Commitment) -> tuple[FloatArray, FloatArray]:
    """Section 13: what each USD of tokens is multiplied by, and the USD committed but not used.

    Both a month, for what tokens cost without the commitment.
    """
    above = np.maximum(spend_usd - terms.committed_usd_per_month, 0.0)
    discount = above * terms.commitment_discount_ratio
    factor = 1.0 - discount / np.where(spend_usd > 0.0, spend_usd, 1.0)
    unused: FloatArray = np.maximum(terms.committed_usd_per_month - spend_usd, 0.0)
    return factor, unused
