"""What a model makes of a call: the workload's text counted in the model's own tokens."""

from typing import NamedTuple

from costing.engine.arrays import minimum
from costing.engine.inputs.models import ModelPrices
from costing.engine.inputs.pool import Pool
from costing.engine.inputs.workload import Workload
from costing.engine.units import Figure


class CallTokens(NamedTuple):
    """Section 11: tokens of one call. `prefix`, `image` and `audio` are parts of `input`.

    `output` has the reasoning in it, which nobody sees. `answer` is what the answer takes when it
    is sent again, `history` what a mean turn of a conversation sends again beside `input`.
    """

    input: Figure
    prefix: Figure
    image: Figure
    audio: Figure
    output: Figure
    answer: Figure
    history: Figure


def call_tokens(workload: Workload, model: ModelPrices | Pool) -> CallTokens:
    """Section 11: the tokens of a call as this model counts them. Figures may be batch columns."""
    ratio = model.input_token_ratio
    whole = workload.input_tokens_per_call
    prefix = minimum(workload.prefix_tokens_per_call, whole)
    image = minimum(workload.image_tokens_per_call, whole - prefix)
    audio = minimum(workload.audio_tokens_per_call, whole - prefix - image)
    written = workload.output_tokens_per_call * model.output_token_ratio
    answer = workload.output_tokens_per_call * ratio
    turns_before = (workload.turns_per_conversation - 1) / 2.0
    return CallTokens(
        input=whole * ratio,
        prefix=prefix * ratio,
        image=image * ratio,
        audio=audio * ratio,
        output=written + model.reasoning_tokens_per_call,
        answer=answer,
        history=turns_before * ((whole - prefix) * ratio + answer),
    )


def served_lengths(pool: Pool, workload: Workload) -> tuple[Figure, Figure]:
    """What a pool reads and writes of a call, the history of its conversation included."""
    tokens = call_tokens(workload, pool)
    return tokens.input + tokens.history, tokens.output
