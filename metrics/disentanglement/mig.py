"""Mutual information gap (MIG)."""

from torch import Tensor

from metrics.disentanglement.information import Information, gap


def mig(information: Information) -> Tensor:
    """Compute (I(z_best; v_k) - I(z_second; v_k)) / H(v_k) by factor; the mean is MIG (Chen et al. 2018, eq. 6).

    1: one dimension determines the factor, and no other has information about it. 0: two have equally much. Chen et al.
    take z from q(z|x): use sampled codes, and enough bins that the widths of the posteriors, not of the bins, limit the
    information. (Their published figures leave out the factor shape.) Mean codes in 20 bins give the variant of
    Locatello et al. (2019): a factor of K > 20 values then stays below log 20 / log K.

    Returns:
        (F,) in [0, 1].
    """
    return gap(information.mutual) / information.entropy
