import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from hypothesis import given, settings
from hypothesis import strategies as st

from ipaner.training.losses import info_nce


def vectors(seed, rows=7, width=5):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, rows, width, generator=generator)


@pytest.mark.parametrize("temperature", [0.02, 0.1, 0.5])
def test_one_way_equals_sentence_transformers(temperature):
    losses = pytest.importorskip("sentence_transformers.sentence_transformer.losses")
    a, b = vectors(0)
    theirs = losses.MultipleNegativesRankingLoss(model=None, scale=1 / temperature)
    expected = theirs.compute_loss_from_embeddings([a, b], None)
    torch.testing.assert_close(info_nce(a, b, temperature), expected)


@pytest.mark.parametrize("temperature", [0.05, 0.1])
def test_one_way_equals_pytorch_metric_learning(temperature):
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    a, b = vectors(1)
    theirs = losses.SelfSupervisedLoss(losses.NTXentLoss(temperature=temperature), symmetric=False)
    torch.testing.assert_close(info_nce(a, b, temperature), theirs(a, b))


def test_symmetric_is_the_mean_of_both_ways():
    a, b = vectors(2)
    both = (info_nce(a, b, 0.1) + info_nce(b, a, 0.1)) / 2
    torch.testing.assert_close(info_nce(a, b, 0.1, symmetric=True), both)


def test_symmetric_with_related_and_negatives_equals_a_sum_by_hand():
    a, b = vectors(3, rows=3)
    further = vectors(4, rows=2)[0]
    related = torch.tensor([[True, True, False], [False, True, False], [False, False, True]])
    a1, b1, n1 = (torch.nn.functional.normalize(x, dim=1) for x in (a, b, further))

    def one_way(x, y, left_out):
        total = 0.0
        for i in range(3):
            rivals = [x[i] @ y[j] / 0.1 for j in range(3) if j == i or not left_out[i][j]]
            rivals += [x[i] @ n / 0.1 for n in n1]
            total += torch.logsumexp(torch.stack(rivals), 0) - x[i] @ y[i] / 0.1
        return total / 3

    expected = (one_way(a1, b1, related) + one_way(b1, a1, related.T)) / 2
    found = info_nce(a, b, 0.1, symmetric=True, related=related, negatives=further)
    torch.testing.assert_close(found, expected)


def test_several_positives_equal_the_mean_of_their_log_probabilities():
    a, b = vectors(5, rows=3)
    related = torch.tensor([[True, True, False], [False, True, False], [False, False, True]])
    cosine = torch.nn.functional.cosine_similarity(a[:, None], b[None], dim=2)
    log_p = torch.log_softmax(cosine / 0.1, dim=1)
    expected = -((log_p[0, 0] + log_p[0, 1]) / 2 + log_p[1, 1] + log_p[2, 2]) / 3
    torch.testing.assert_close(info_nce(a, b, 0.1, related=related, several=True), expected)


@given(st.integers(0, 1000), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_what_is_left_out_has_no_part_in_the_loss_of_its_anchor(seed, rows):
    a, b = vectors(seed, rows)
    related = torch.zeros(rows, rows, dtype=torch.bool)
    related[:, 1:] = True  # every anchor but the second and on competes with the first partner alone
    expected = torch.stack(
        [info_nce(a[i : i + 1], b[i : i + 1], 0.1, negatives=b[:1] if i else None) for i in range(rows)]
    ).mean()
    torch.testing.assert_close(info_nce(a, b, 0.1, related=related), expected)


def test_gradient_flows_to_both_sides():
    a, b = vectors(6)
    a, b = a.requires_grad_(True), b.requires_grad_(True)
    info_nce(a, b, 0.1).backward()
    assert a.grad.abs().sum() > 0 and b.grad.abs().sum() > 0
