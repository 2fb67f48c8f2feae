"""How a model is called in usage, and the references that it may have in a price catalog.

Must not import Django.
"""

from collections.abc import Iterator

# What gateways and conventions call a provider, and what a catalog does.
PROVIDERS = {
    "azure_ai": "azure",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.openai": "azure",
    "az.ai.inference": "azure",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "aws.bedrock": "aws",
    "vertex_ai": "google",
    "vertex_ai_beta": "google",
    "gemini": "google",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "gcp.gen_ai": "google",
    "xai": "x-ai",
    "x_ai": "x-ai",
    "mistral_ai": "mistral",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
}
MAKERS = ("openai", "anthropic", "google", "mistral", "deepseek", "x-ai", "cohere")


def possible_references(model: str) -> Iterator[str]:
    """The references `<provider>:<model>` that a name in usage may mean, the likeliest first."""
    provider, colon, name = model.partition(":")
    if not colon:
        provider, name = "", model
    named = PROVIDERS.get(provider.lower(), provider.lower())
    # A gateway writes `azure/gpt-4o` or `openrouter/openai/gpt-4o`.
    path = [part for part in name.split("/") if part]
    last = path[-1] if path else name
    inside = [PROVIDERS.get(part.lower(), part.lower()) for part in path[:-1]]
    for maker in dict.fromkeys((named, *reversed(inside), *MAKERS)):
        if maker:
            yield f"{maker}:{name}"
            if last != name:
                yield f"{maker}:{last}"
