"""How closely latent dimensions and known factors of variation correspond one to one.

All scores take codes (N, D), either mean codes or one sample of each posterior, and factors (N, F) of whole numbers.
Codes are standardised first, so the units of a dimension do not matter, and must be finite. The caller selects the
active dimensions by `codes[:, active]`; a dimension that never changes has no information.
"""

from metrics.disentanglement.beta_vae import beta_vae_score
from metrics.disentanglement.dci import Dci, dci
from metrics.disentanglement.factor_vae import factor_vae_score
from metrics.disentanglement.grid import Grid, full_grid
from metrics.disentanglement.information import Information, mutual_information
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
    "mig",
    "modularity",
    "mutual_information",
    "sap",
]
