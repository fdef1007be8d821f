"""Titles of models, as pages, tables and sheets write them."""

from vae_models import ModelConfig
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Pulled

REPORT_SIZE = ModelConfig().latent_dim


def title(pulled: Pulled) -> str:
    """Return the recipe's title, the beta, and what else distinguishes a model from others of its recipe."""
    recipe = RECIPES[pulled.record.family]
    beta = [f"β = {pulled.record.beta:g}"] if recipe.term else []
    facts = [*beta, *list_differences(pulled)]
    return f"{recipe.title} {', '.join(facts)}".rstrip()


def list_differences(pulled: Pulled) -> list[str]:
    """List how a model differs from the report's of its objective, in a few words each."""
    size, seed = pulled.model.config.latent_dim, pulled.record.seed
    return [*([f"{size} dimensions"] if size != REPORT_SIZE else []), *([f"seed {seed}"] if seed else [])]
