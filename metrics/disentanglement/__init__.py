"""How far latent dimensions and known factors of variation go one to one.

All take codes (N, D) - mean codes, or one sample of each posterior - and factors (N, F) of whole numbers. The codes are
standardised first, so that the units of a dimension do not matter. Which dimensions are active is the caller's to say,
by `codes[:, active]`; one that never changes tells nothing.
"""

from metrics.disentanglement.beta_vae import beta_vae_score
from metrics.disentanglement.dci import Dci, dci
from metrics.disentanglement.factor_vae import factor_vae_score
from metrics.disentanglement.grid import Grid, full_grid
from metrics.disentanglement.information import Information, information
from metrics.disentanglement.mig import mig
from metrics.disentanglement.modularity import Modularity, modularity
from metrics.disentanglement.sap import sap

__all__ = [
    "Dci",
    "Grid",
    "Information",
    "Modularity",
    "beta_vae_score",
    "dci",
    "factor_vae_score",
    "full_grid",
    "information",
    "mig",
    "modularity",
    "sap",
]
