"""What wrong answers cost: those that a model must make again, and false hits of a cache."""

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.inputs.models import ModelPrices, SemanticCache
from costing.engine.inputs.pool import Pool
from costing.engine.units import Figure


def rework_usd(calls: FloatArray, model: ModelPrices | Pool) -> FloatArray | None:
    """Section 11: USD per month for answers of this model that must be made again.

    None where no answer must.
    """
    if _is_zero(model.rework_ratio):
        return None
    usd: FloatArray = calls * (model.rework_ratio * model.usd_per_rework)
    return usd


def false_hits_usd(calls: FloatArray, is_on: BoolArray, cache: SemanticCache) -> FloatArray | None:
    """Section 11: USD per month for hits of the semantic cache that answer something else."""
    if _is_zero(cache.false_hit_ratio):
        return None
    hits = np.where(is_on, calls * cache.hit_ratio, 0.0)
    usd: FloatArray = hits * (cache.false_hit_ratio * cache.usd_per_false_hit)
    return usd


def _is_zero(ratio: Figure) -> bool:
    """Whether there is none; a batch column has some."""
    return isinstance(ratio, float) and ratio == 0.0
