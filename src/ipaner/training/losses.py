"""Contrastive losses as functions of embeddings."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_NEVER = float("-inf")


def info_nce(
    anchors: Tensor,
    positives: Tensor,
    temperature: float = 0.1,
    *,
    symmetric: bool = False,
    related: Tensor | None = None,
    several: bool = False,
    negatives: Tensor | None = None,
) -> Tensor:
    """InfoNCE with in-batch negatives over cosine similarities (van den Oord et al., 2018).

    The plain form, one way, is MultipleNegativesRankingLoss of sentence-transformers with ``scale=1/temperature``, and
    NTXentLoss of pytorch-metric-learning with the positives as reference.

    Args:
        anchors: Vectors of shape (batch, width); row i belongs to row i of ``positives``.
        positives: Vectors of shape (batch, width).
        temperature: Divides the cosines; above 0.
        symmetric: Mean of this and of the loss with anchors and positives exchanged.
        related: True where anchor i and positive j belong together, shape (batch, batch); the diagonal need not be
            set. Such a j is no negative of i.
        several: Instead of leaving related pairs out, take each as a positive: mean log probability over an anchor's
            positives (the outer sum of Khosla et al., 2020).
        negatives: Further vectors that belong to no anchor, shape (n, width).

    Returns:
        The mean loss, a scalar.

    Example:
        >>> x = torch.eye(3)
        >>> round(float(info_nce(x, x, temperature=0.1)), 6)  # log(1 + 2 exp(-10))
        9.1e-05
    """
    anchors, positives = functional.normalize(anchors, dim=1), functional.normalize(positives, dim=1)
    if related is not None:
        related = related | torch.eye(len(anchors), dtype=torch.bool, device=anchors.device)
    loss = _one_way(anchors, positives, temperature, related, several, negatives)
    if not symmetric:
        return loss
    back = _one_way(positives, anchors, temperature, None if related is None else related.T, several, negatives)
    return (loss + back) / 2


def _one_way(
    anchors: Tensor,
    positives: Tensor,
    temperature: float,
    related: Tensor | None,
    several: bool,
    negatives: Tensor | None,
) -> Tensor:
    scores = anchors @ positives.T / temperature
    own = torch.arange(len(anchors), device=anchors.device)
    if negatives is not None and len(negatives):
        further = anchors @ functional.normalize(negatives, dim=1).T / temperature
    else:
        further = scores[:, :0]
    if related is None:
        return functional.cross_entropy(torch.cat([scores, further], dim=1), own)
    if several:
        log_p = torch.log_softmax(torch.cat([scores, further], dim=1), dim=1)[:, : len(anchors)]
        weight = related.to(log_p.dtype)
        return -((log_p * weight).sum(1) / weight.sum(1)).mean()
    others = related & ~torch.eye(len(anchors), dtype=torch.bool, device=anchors.device)
    return functional.cross_entropy(torch.cat([scores.masked_fill(others, _NEVER), further], dim=1), own)
