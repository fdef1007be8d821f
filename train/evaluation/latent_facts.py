"""What is known of every latent dimension, named or not."""

import torch

from metrics.attributes import auroc, interval
from train.evaluation.inference import Codes
from train.evaluation.latent_names import Labelled
from vae_models.distributions import DiagonalGaussian
from vae_models.files.latent_facts import Fact


def facts(training: Labelled, validation: Labelled, codes: Codes) -> tuple[Fact, ...]:
    """The attribute that each dimension tells best is chosen on `training`; its score is of `validation`, whose
    posteriors `codes` are. Empty where no attribute is there both ways in both sets.
    """
    chosen = auroc(training.codes, training.attributes.labels)
    held = auroc(validation.codes, validation.attributes.labels)
    valid = ~(chosen.isnan() | held.isnan()).any(dim=1)
    if not valid.any():
        return ()
    strength = torch.where(valid[:, None], (chosen - 0.5).abs(), -1.0)
    best, columns = strength.argmax(dim=0), torch.arange(chosen.shape[1])
    grows = chosen[best, columns] > 0.5
    told = torch.where(grows, held[best, columns], 1 - held[best, columns])
    positives = validation.attributes.labels.sum(dim=0)[best]
    low, high = interval(told, positives, len(validation.codes) - positives)
    kl = None if codes.logvar is None else DiagonalGaussian(codes.mean, codes.logvar).kl().mean(dim=0).tolist()
    spread = codes.mean.std(dim=0, correction=0)
    return tuple(
        Fact(
            index=j,
            kl=None if kl is None else kl[j],
            spread=spread[j].item(),
            attribute=training.attributes.names[int(best[j])],
            grows=bool(grows[j]),
            auroc=told[j].item(),
            interval=(low[j].item(), high[j].item()),
        )
        for j in range(len(columns))
    )
