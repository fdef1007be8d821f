"""The file that may stand beside a model's weights and says where its codes lie. Name and layout only.

densities.json, of the mean codes (N, D) of the validation faces; no single code can be read from it:

codes       N
bins        B, along each axis
fewest      cells that fewer codes share are written as empty
mean        (D,) of the codes
dimensions  (K,) those that the pairs are of, ascending: all, or of more than 32 the 32 that carry most (KL, or what a
            standard deviation changes in the picture)
ranges      (K, 2) lowest and highest value, of each of these: mean -+ 3 standard deviations
pairs       base64 of uint8 (K (K - 1) / 2, B, B): (0, 1), (0, 2), ..., (1, 2), ... of `dimensions`; a cell is
            [bin of the first, bin of the second]; its level is round(255 sqrt(count / largest count of the pair))
plane       the two principal components; null where D is 1
  directions  (2, D) orthonormal, of each the entry of largest magnitude positive; a code is mean + a u + b v
  share       (2,) of the codes' variance
  ranges      (2, 2) of a and of b
  density     base64 of uint8 (B, B), as a pair
"""

DENSITIES = "densities.json"
