"""Attacks by single pixels: boundary flips, and copies that differ in one lowest bit.

Boundary flips turn pixels at the edge of a stroke of a bitonal digit from paper to ink or back.

After SCAR (Balkanski, Chase, Oshiba, Rilee, Singer, Wang, "Adversarial attacks on binary image recognition systems",
arXiv 2010.11782, 2020): greedy, only at edges, and at each step the flip stays that most favours a wrong class. SCAR has
scores alone; here candidates are ranked by the model's gradient first, and only the best are tried.
"""
import numpy as np

from descent import margins, one_hot, softmax, wrong_class


def edges(ink):
    """[n,h,w] bool: pixels with a neighbour (of four) of the other colour."""
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)), mode="edge")
    neighbours = (padded[:, 2:, 1:-1], padded[:, :-2, 1:-1], padded[:, 1:-1, 2:], padded[:, 1:-1, :-2])
    return np.any([ink != other for other in neighbours], 0)


def ranked(net, views, x, target, taken, tried):
    """For each image the positions of up to `tried` flips that the gradient of a view's lead favours most."""
    ink = x[:, 0] > 0.5
    allowed = edges(ink) & ~taken
    choices = []
    for view in views:
        copy, context = view.forward(x)
        _, grad = net.gradient(copy, lambda values: towards(values, target))
        gain = view.backward(grad, context)[:, 0] * np.where(ink, -1, 1)
        gain = np.where(allowed, gain, -np.inf).reshape(len(x), -1)
        choices.append(np.argsort(-gain, 1, kind="stable")[:, :tried // len(views)])
    choices = np.concatenate(choices, 1)
    return [[p for p in dict.fromkeys(row) if allowed[i].flat[p]] for i, row in enumerate(choices.tolist())]


def towards(logits, target):
    """The gradient of the lead of the target class."""
    others = logits.copy()
    others[np.arange(len(target)), target] = -np.inf
    return one_hot(target, logits.shape[1]) - one_hot(others.argmax(1), logits.shape[1])


def standing(net, views, x, target, confidence):
    """(what is still missing, whether all views read the target, how far the views' scores lie apart), each [n]."""
    logits = [net.logits(view.forward(x)[0]) for view in views]
    leads = np.array([margins(values, target) for values in logits])
    scores = [softmax(values) for values in logits]
    apart = np.max([np.abs(scores[0] - other).sum(1) for other in scores[1:]], 0) if len(views) > 1 else np.zeros(len(x))
    # What every view lacks counts, and a pull beyond that keeps the order among candidates that lack nothing.
    missing = np.maximum(confidence - leads, 0).sum(0) - 1e-3 * leads.sum(0) + 5 * apart
    return missing, (leads > 0).all(0), apart


def boundary_flips(net, pictures, truth, views, most, tried=24, confidence=0.5, apart=2.0):
    """At most `most` flips of every bitonal u8 picture [n,h,w,1], towards a wrong class in all views, until the views also
    agree within `apart` (L1 of their scores). Returns (pictures, flips [n], goal met [n])."""
    x = (pictures.transpose(0, 3, 1, 2) > 127).astype(np.float32)
    taken = np.zeros(x[:, 0].shape, bool)
    flips, met = np.zeros(len(x), int), np.zeros(len(x), bool)
    target = wrong_class([net.logits(x)], truth)
    for _ in range(most):
        rest = np.flatnonzero(~met)
        if not len(rest):
            break
        target[rest] = wrong_class([net.logits(v.forward(x[rest])[0]) for v in views], truth[rest], target[rest])
        options = ranked(net, views, x[rest], target[rest], taken[rest], tried)
        owner = np.array([image for image, positions in zip(rest, options) for _ in positions])
        position = np.array([p for positions in options for p in positions])
        trial = x[owner].copy()
        flat = trial.reshape(len(trial), -1)
        flat[np.arange(len(flat)), position] = 1 - flat[np.arange(len(flat)), position]
        missing, wrong, distance = standing(net, views, trial, target[owner], confidence)
        for image in rest:
            own = np.flatnonzero(owner == image)
            if not len(own):
                continue
            choice = own[missing[own].argmin()]
            x[image] = trial[choice]
            taken[image].flat[position[choice]] = True
            flips[image] += 1
            met[image] = wrong[choice] and distance[choice] <= apart
    return (x * 255).astype(np.uint8).transpose(0, 2, 3, 1), flips, met


def one_bit_copies(pictures, copies, seed):
    """`copies` of each picture in turn, each with the lowest bit of one sample turned, no sample twice."""
    draw = np.random.default_rng(seed)
    out = np.repeat(pictures, copies, 0)
    flat = out.reshape(len(out), -1)
    for i in range(len(pictures)):
        for j, place in enumerate(draw.choice(flat.shape[1], copies, replace=False)):
            flat[i * copies + j, place] ^= 1
    return out
