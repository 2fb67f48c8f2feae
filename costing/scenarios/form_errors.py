"""The engine's errors in the words of the scenario form."""

from django import forms

from presentation.number_field import NumberField

# The engine speaks of keys; here the same is said of the fields that a person sees.
PLAIN_REASONS = {
    "is required": "Please fill this in.",
    "is required by routing": "Choose where simple calls go, or switch routing off.",
    "is required by current_levers": "It runs today, so describe it here.",
    "is required, unless hardware_usd_per_instance is given": (
        "Choose an offer, type a price, or give bought hardware."
    ),
    "must not exceed input_tokens_per_call": "Must not exceed the input per call.",
    "cannot be combined with agent_branching": "Leave this empty where agents are given.",
    "is required with agent_branching": "Please fill in both figures of the agents.",
    "is required with agent_depth": "Please fill in both figures of the agents.",
    "is required, unless points are given": (
        "Choose a measurement, type a speed, or give runs measured under load."
    ),
    "needs hardware_usd_per_instance": "Goes with bought hardware alone.",
}


def plain_reason(reason: str, field: forms.Field) -> str:
    """The reason as a sentence that a person understands."""
    if isinstance(field, NumberField) and field.is_percent and reason.startswith("must be"):
        return f"Write a percentage above {field.low * 100:,.10g}, up to {field.high * 100:,.10g}."
    end = "" if reason.endswith((".", "?")) else "."
    return PLAIN_REASONS.get(reason) or reason[:1].upper() + reason[1:] + end
