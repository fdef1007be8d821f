"""Mutual information gap."""

from torch import Tensor

from metrics.disentanglement.information import Information, gap


def mig(found: Information) -> Tensor:
    """(I(z_best; v_k) - I(z_second; v_k)) / H(v_k) by factor; their mean is MIG (Chen et al. 2018, eq. 6). (F,)

    In [0, 1]. 1: one dimension tells the factor entirely, and no other tells anything of it; 0: two tell the same.
    Chen et al. take z from q(z|x): give codes that are sampled, and enough bins that the widths of the posteriors, not
    those of the bins, limit what is told. (Their published figures leave the factor shape out.) Of mean codes in 20
    bins it is the variant of Locatello et al. (2019): a factor of K > 20 values then stays below log 20 / log K.
    """
    return gap(found.mutual) / found.entropy
