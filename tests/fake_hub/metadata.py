"""Rules for the front matter of a README.md: some of those in the Hub's documentation."""

from typing import Any

import yaml
from huggingface_hub.repocard_data import model_index_to_eval_results

from tests.fake_hub.responses import Response, json_response

LICENCES = {"apache-2.0", "mit", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "openrail", "unknown"}
PIPELINES = {"unconditional-image-generation", "image-to-image", "image-feature-extraction", "text-to-image", "other"}
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
SDKS = {"gradio", "docker", "static"}
SHORT = 60  # characters of a Space's short_description
TEXTS = ("license", "license_name", "license_link", "library_name", "pipeline_tag", "title", "emoji", "app_file")
LISTS = ("tags", "datasets", "metrics", "models", "preload_from_hub")


def validate(content: str, kind: str) -> Response:
    """Answer POST /api/validate-yaml: 400 with errors, else 200 with warnings."""
    parts = content.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        return json_response({"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]})
    try:
        card = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        return _answer([f"bad indentation or syntax: {error}"])
    if not isinstance(card, dict):
        return _answer(["metadata must be a mapping"])
    return _answer(_shared(card) + (_space(card) if kind == "space" else _model(card)))


def _answer(errors: list[str]) -> Response:
    messages = [{"message": message} for message in errors]
    return json_response({"errors": messages, "warnings": []}, 400 if errors else 200)


def _shared(card: dict[str, Any]) -> list[str]:
    errors = [f'"{key}" must be a string' for key in TEXTS if key in card and not isinstance(card[key], str)]
    for key in LISTS:
        value = card.get(key, [])
        one = key != "preload_from_hub" and isinstance(value, str)
        if not one and not (isinstance(value, list) and all(isinstance(entry, str) for entry in value)):
            errors.append(f'"{key}" must be a list of strings')
    licence = card.get("license")
    if licence == "other" and not card.get("license_name"):
        errors.append('"license_name" is required with license: other')
    if licence not in LICENCES | {"other", None}:
        errors.append(f'"license" must be one of the known identifiers or "other", not {licence!r}')
    return errors


def _model(card: dict[str, Any]) -> list[str]:
    errors = []
    if card.get("pipeline_tag") not in PIPELINES | {None}:
        errors.append(f'"pipeline_tag" {card["pipeline_tag"]!r} is not a known task')
    if "model-index" in card:
        try:
            model_index_to_eval_results(card["model-index"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            errors.append(f'"model-index" is not valid: {error!r}')
    return errors


def _space(card: dict[str, Any]) -> list[str]:
    errors = [
        f'"{key}" must be one of {sorted(COLOURS)}'
        for key in ("colorFrom", "colorTo")
        if card.get(key) not in COLOURS | {None}
    ]
    if card.get("sdk") not in SDKS:
        errors.append(f'"sdk" must be one of {sorted(SDKS)}')
    strings = ("sdk_version", "python_version")
    errors += [f'"{key}" must be a string' for key in strings if key in card and not isinstance(card[key], str)]
    if len(card.get("short_description", "")) > SHORT:
        errors.append(f'"short_description" must be at most {SHORT} characters')
    return errors
