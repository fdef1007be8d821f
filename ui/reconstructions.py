"""A face and what every model makes of it, beside each other."""

from ui import cards, scoring, subject
from ui.scoring import ACTIVE, Reconstructed, disturb, error_map, reconstructed
from ui.subject import Pixels
from ui.typicality import drawing, typicality
from ui.words import column, plain
from ui.workers import each
from vae_models.hub.pull import Pulled

MEANINGS = {
    "MSE": "Mean squared error of a colour value between 0 and 1: lower is nearer.",
    "PSNR": "Peak signal-to-noise ratio in decibels: higher is nearer.",
    "SSIM": "Structural similarity of 11 x 11 neighbourhoods, at most 1: higher is nearer.",
    "KL": "Nats that the code spends on this face; a point code has none.",
    "Active": f"Dimensions that spend more than {ACTIVE} nats on it.",
}


def look(models: tuple[Pulled, ...], pixels: Pixels, noise: float) -> list[Reconstructed]:
    """A face, with noise of that standard deviation added, through every model."""
    face = subject.tensor(pixels)
    seen = disturb(face, noise)
    return each(lambda pulled: reconstructed(pulled, face, seen), models)


def judge(models: tuple[Pulled, ...]) -> Pulled | None:
    """The model that a picture is compared with photographs by: the VAE, where there is one."""
    return next((pulled for pulled in models if pulled.record.family == "vae"), None)


def reconstruct(models: tuple[Pulled, ...], photograph: str, pixels: Pixels, noise: float) -> str:
    """A photograph's card, the face in it as the models see it, and every model's reconstruction, as HTML."""
    seen = disturb(subject.tensor(pixels), noise)
    said = "64 × 64 pixels" if noise == 0 else f"64 × 64 pixels, noise {noise:g}"
    crop = cards.card("What models see", said, cards.faces(seen, "The crop"))
    found = [f'<div class="stack">{photograph}{crop}</div>']
    for one in look(models, pixels, noise):
        words = column(one.pulled)
        title = plain(words.title)
        errors = cards.picture_tag(error_map(one), f"Where {title} errs")
        body = (
            f"{cards.faces(one.picture, f'Reconstruction by {title}')}"
            f'<div class="faces few error">{errors}</div>{_table(one.scores)}'
        )
        found.append(cards.model_card(words, body))
    vae = judge(models)
    return cards.row(found) + (drawing(vae, typicality(vae, seen)) if vae else "")


def _table(scores: scoring.Scores) -> str:
    values = {
        "MSE": f"{scores.mse:.4f}",
        "PSNR": f"{scores.psnr:.1f} dB",
        "SSIM": f"{scores.ssim:.3f}",
        "KL": "–" if scores.kl is None else f"{scores.kl:.1f} nats",
        "Active": "–" if scores.active_dimensions is None else f"{scores.active_dimensions}",
    }
    rows = [
        f'<tr title="{MEANINGS[name]}"><th scope="row">{name}</th><td>{value}</td></tr>'
        for name, value in values.items()
    ]
    return f'<table class="scores">{"".join(rows)}</table>'
