"""The starter kit: what the roadmap needs first, made from a frozen payload; pure, no Django."""
