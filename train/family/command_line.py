"""Settings as the words that a command line would say them with."""

from dataclasses import fields

from train.config import TrainConfig


def words(config: TrainConfig) -> list[str]:
    """What stands after `python -m train` for a run with these settings: the recipe, and all that is no default."""
    told: list[str] = [config.recipe]
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name != "recipe" and value != field.default:
            flag = f"--{field.name.replace('_', '-')}"
            told += [flag] if value is True else [flag, str(value)]
    return told
