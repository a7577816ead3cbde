"""Statistics of the high-pass residual that detectors without a model call look at, and their gradient.

The residual is that of the "SQUARE 5x5" filter of Fridrich and Kodovsky, "Rich models for steganalysis of digital
images" (IEEE TIFS 2012). An attacker who knows such a detector keeps these statistics as they were in the clean image
(Carlini and Wagner, "Adversarial examples are not easily detected", AISec 2017: put the detector into the loss).
"""
import numpy as np

SQUARE = np.array([[-1, 2, -2, 2, -1], [2, -6, 8, -6, 2], [-2, 8, -12, 8, -2], [2, -6, 8, -6, 2], [-1, 2, -2, 2, -1]],
                  np.float32) / 12
PAIRS = ((0, 1), (0, 2), (1, 2))


def filtered(x):
    """SQUARE * x of [n,c,h,w], half-sample reflection."""
    padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)), mode="symmetric")
    height, width = x.shape[2:]
    return sum(SQUARE[i, j] * padded[:, :, i:i + height, j:j + width] for i in range(5) for j in range(5))


def filtered_back(grad):
    """The adjoint of `filtered`."""
    height, width = grad.shape[2:]
    padded = np.zeros((*grad.shape[:2], height + 4, width + 4), grad.dtype)
    for i in range(5):
        for j in range(5):
            padded[:, :, i:i + height, j:j + width] += SQUARE[i, j] * grad
    # Reflected rows -1, -2 are rows 0, 1; h, h+1 are h-1, h-2.
    for edge, twin in ((1, 2), (0, 3), (height + 2, height + 1), (height + 3, height)):
        padded[:, :, twin] += padded[:, :, edge]
    for edge, twin in ((1, 2), (0, 3), (width + 2, width + 1), (width + 3, width)):
        padded[:, :, :, twin] += padded[:, :, :, edge]
    return padded[:, :, 2:-2, 2:-2]


class Statistics:
    """Per channel: log energy, and the mean log of a sample's energy (which low percentiles follow); per pair of channels:
    correlation. Samples are in 0...255, so that one grey level is one."""

    def __init__(self, clean):
        self.wanted = self.of(clean)[0]

    @staticmethod
    def of(x):
        residual = filtered(x * 255)
        energy = (residual ** 2).mean((2, 3)) + 0.25
        small = np.log(residual ** 2 + 0.25).mean((2, 3))
        features = [np.log(energy), small]
        if x.shape[1] == 3:
            features.append(np.stack([(residual[:, a] * residual[:, b]).mean((1, 2)) / np.sqrt(energy[:, a] * energy[:, b])
                                      for a, b in PAIRS], 1))
        return np.concatenate(features, 1), residual, energy

    def distance(self, x):
        """(sum of squared differences from the clean image's statistics [n], its gradient for x)."""
        features, residual, energy = self.of(x)
        difference = features - self.wanted
        channels, samples = x.shape[1], x.shape[2] * x.shape[3]
        slope = 2 * difference / samples
        # Mean of r^2, then its log; mean of log r^2.
        grad = slope[:, :channels, None, None] * 2 * residual / energy[:, :, None, None]
        grad += slope[:, channels:2 * channels, None, None] * 2 * residual / (residual ** 2 + 0.25)
        if channels == 3:
            for index, (a, b) in enumerate(PAIRS):
                scale = np.sqrt(energy[:, a] * energy[:, b])[:, None, None]
                weight = slope[:, 6 + index, None, None]
                correlation = features[:, 6 + index, None, None]
                grad[:, a] += weight * (residual[:, b] / scale - correlation * residual[:, a] / energy[:, a, None, None])
                grad[:, b] += weight * (residual[:, a] / scale - correlation * residual[:, b] / energy[:, b, None, None])
        return (difference ** 2).sum(1), (filtered_back(grad) * 255).astype(x.dtype)
