"""Gradient attacks that see several views of an image at once.

Every candidate is rounded to whole grey levels before the model looks at it, and the gradient passes the rounding as the
identity, so that what is optimized is what will be stored.
"""
import numpy as np

import residual
from views import to_bytes, to_floats

STEP = np.float32(1 / 255)


def rounded(x):
    return np.rint(np.clip(x, 0, 1) * 255) / np.float32(255)


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def one_hot(classes, count):
    return (classes[:, None] == np.arange(count)).astype(np.float32)


def wrong_class(logits, truth, before=None, hold=1.0):
    """The wrong class that the views together come closest to; `before` stays unless another leads it by `hold`."""
    mean = np.mean(logits, 0) - 1e9 * one_hot(truth, logits[0].shape[1])
    rows = np.arange(len(truth))
    best = mean.argmax(1)
    if before is None:
        return best
    return np.where(mean[rows, best] > mean[rows, before] + hold, best, before)


def margins(logits, target):
    """How far the target class leads every other one [n]."""
    rows = np.arange(len(target))
    others = logits.copy()
    others[rows, target] = -np.inf
    return logits[rows, target] - others.max(1)


class Grid:
    """A perturbation drawn on a coarse grid and interpolated bilinearly, so that it has low frequencies only (Guo, Frank,
    Weinberger, "Low frequency adversarial perturbation", UAI 2019); `grey`: the same in every channel."""

    def __init__(self, shape, cells, grey=False):
        self.channels = 1 if grey else shape[0]
        self.full = shape
        self.size = (cells, cells)
        self.rows, self.columns = (self.weights(n, cells) for n in shape[1:])

    @staticmethod
    def weights(pixels, cells):
        if pixels == cells:
            return np.eye(pixels, dtype=np.float32)
        centres = np.clip((np.arange(pixels) + 0.5) * cells / pixels - 0.5, 0, cells - 1)
        return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(cells))).astype(np.float32)

    def spread(self, z):
        delta = np.einsum("hi,ncij,wj->nchw", self.rows, z, self.columns, optimize=True)
        return np.broadcast_to(delta, (len(z), *self.full))

    def gather(self, grad):
        if self.channels == 1 and self.full[0] > 1:
            grad = grad.sum(1, keepdims=True)
        return np.einsum("hi,nchw,wj->ncij", self.rows, grad, self.columns, optimize=True)


def seen(net, views, x, of_logits):
    """The logits of every view and the summed gradient for x; `of_logits(index, logits)` is a view's loss gradient."""
    logits, total = [], 0
    for index, view in enumerate(views):
        copy, context = view.forward(x)
        scores, grad = net.gradient(copy, lambda values, i=index: of_logits(i, values))
        logits.append(scores)
        total = total + view.backward(grad, context)
    return logits, total


def pgd(net, pictures, truth, views, eps, steps, seed, cells=None, grey=False):
    """Projected gradient descent within eps grey levels (Madry and others, "Towards deep learning models resistant to
    adversarial attacks", ICLR 2018), towards one wrong class in all views. Returns u8 pictures.

    Kept is the step at which the least convinced view is convinced most.
    """
    clean = to_floats(pictures)
    bound = eps * STEP
    grid = Grid(net.shape, cells or net.shape[1], grey)
    draw = np.random.default_rng(seed)
    z = draw.uniform(-bound, bound, (len(clean), grid.channels, *grid.size)).astype(np.float32)
    target = wrong_class([net.logits(clean)], truth)
    best, best_lead = clean.copy(), np.full(len(clean), -np.inf, np.float32)
    for step in range(steps):
        x = rounded(clean + grid.spread(z))
        wanted = one_hot(target, 10)
        logits, grad = seen(net, views, x, lambda _, values: softmax(values) - wanted)
        lead = np.min([margins(values, target) for values in logits], 0)
        better = lead > best_lead
        best[better], best_lead[better] = x[better], lead[better]
        if step < steps // 2:
            target = wrong_class(logits, truth, target)
        length = bound * (0.25 if step < steps * 0.6 else 0.1)
        z = np.clip(z - length * np.sign(grid.gather(grad)), -bound, bound)
    return to_bytes(best)


class Adam:
    """Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015."""

    def __init__(self, rate):
        self.rate, self.count, self.mean, self.square = rate, 0, 0, 0

    def step(self, grad):
        self.count += 1
        self.mean = 0.9 * self.mean + 0.1 * grad
        self.square = 0.99 * self.square + 0.01 * grad ** 2
        mean, square = self.mean / (1 - 0.9 ** self.count), self.square / (1 - 0.99 ** self.count)
        return self.rate * mean / (np.sqrt(square) + 1e-8)


class L2:
    """Squared distance from the clean image, as Carlini and Wagner minimize it."""

    def __init__(self, clean):
        self.clean = clean

    def distance(self, x):
        delta = x - self.clean
        return (delta ** 2).sum((1, 2, 3)), 2 * delta


def least(net, pictures, truth, views, penalty, steps, rate, confidence, weight, eps=None):
    """The image of least `penalty` that every view reads as one wrong class with a lead of `confidence` in logits (Carlini
    and Wagner, "Towards evaluating the robustness of neural networks", S&P 2017, with a squeezed copy as one more model).
    Adam on the pixels, projected to 0...1 and, if given, to eps grey levels.

    The weight of the classes against the penalty is adapted for each image at each step. Returns u8 pictures: the least
    penalty seen with at least half the lead in every view, or else the widest lead.
    """
    clean = to_floats(pictures)
    penalty = penalty(clean)
    low, high = (np.maximum(clean - eps * STEP, 0), np.minimum(clean + eps * STEP, 1)) if eps else (0, 1)
    x, count = clean.copy(), len(clean)
    weight = np.full(count, weight, np.float32)
    target, adam = wrong_class([net.logits(clean)], truth), Adam(rate)
    best, best_cost, best_lead = clean.copy(), np.full(count, np.inf), np.full(count, -np.inf)
    for step in range(steps):
        stored = rounded(x)
        logits, grad = seen(net, views, stored, lambda _, values: hinge(values, target, confidence))
        lead = np.min([margins(values, target) for values in logits], 0)
        cost, slope = penalty.distance(stored)
        full = lead >= confidence / 2
        better = (full & (cost < best_cost)) | (~np.isfinite(best_cost) & (lead > best_lead))
        best[better], best_lead[better] = stored[better], lead[better]
        best_cost[better & full] = cost[better & full]
        weight = np.clip(weight * np.where(full, 0.9, 1.1), 1e-3, 1e4).astype(np.float32)
        if step < steps // 2:
            target = wrong_class(logits, truth, target)
        x = np.clip(x - adam.step(slope + weight[:, None, None, None] * grad), low, high).astype(np.float32)
    return to_bytes(best)


def hinge(logits, target, confidence):
    """The gradient of max(0, confidence - lead) for the logits."""
    rows = np.arange(len(target))
    others = logits.copy()
    others[rows, target] = -np.inf
    slope = one_hot(others.argmax(1), logits.shape[1]) - one_hot(target, logits.shape[1])
    return slope * (margins(logits, target) < confidence)[:, None]


PENALTIES = {"l2": L2, "residual": residual.Statistics}
