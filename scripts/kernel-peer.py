#!/usr/bin/env python3
"""The other side of the table `kernels`: times what people use today, one call at a time, when it is asked to.

Started by the benchmark executable with the Python of .venv (scripts/setup.sh reference). One JSON object a line on
standard input, one a line back on standard output:

    {"do": "load", "path": P, "height": H, "width": W, "channels": C}   the image, raw bytes, [height, width, channels]
    {"do": "time", "operation": NAME, "arguments": {...}, "calls": N}   N calls, each timed alone
    {"do": "objective", "path": P, "mask_path": M, "arguments": {...}}   how good our masked total variation is, and theirs
    {"do": "versions"}

A timing answers {"nanoseconds": the median of the N calls}. The clock runs around the call alone: tables, outputs that
can be given to the call, conversions to the type that the library works in and the first call of each operation are
outside. One thread.
"""
import importlib
import importlib.metadata
import json
import os
import sys
from statistics import median
from time import perf_counter_ns

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import cv2
import numpy as np

cv2.setNumThreads(1)

PACKAGES = [
    "adversarial-robustness-toolbox", "numpy", "opencv-python-headless", "pillow", "PyWavelets", "scikit-image", "scipy",
]


def bit_depth_table(bits):
    levels = 2**bits - 1
    return np.rint(np.rint(np.arange(256) * levels / 255) * 255 / levels).astype(np.uint8)


def opencv(operation, image, a):
    """A call without arguments, for the operations of OpenCV; outputs are given to the call, so that it allocates none."""
    out = np.empty_like(image)
    interpolations = {"resize bilinear": cv2.INTER_LINEAR, "resize area": cv2.INTER_AREA}
    if operation in interpolations:
        size = (a["width"], a["height"])
        out = np.empty((a["height"], a["width"]) + image.shape[2:], np.uint8)
        return lambda: cv2.resize(image, size, dst=out, interpolation=interpolations[operation])
    if operation == "LUT":
        table = bit_depth_table(a["bits"])
        return lambda: cv2.LUT(image, table, dst=out)
    if operation == "medianBlur":
        return lambda: cv2.medianBlur(image, a["window"], dst=out)
    if operation == "bilateralFilter":
        return lambda: cv2.bilateralFilter(image, a["diameter"], a["color"], a["space"], dst=out)
    if operation == "GaussianBlur":
        return lambda: cv2.GaussianBlur(image, (a["window"], a["window"]), a["sigma"], dst=out)
    if operation == "fastNlMeans":
        patch, search, strength = a["patch"], a["search"], a["strength"]
        if image.ndim == 2:
            return lambda: cv2.fastNlMeansDenoising(image, out, strength, patch, search)
        return lambda: cv2.fastNlMeansDenoisingColored(image, out, strength, strength, patch, search)
    return None


def scikit_image(operation, image, a):
    """Total variation and wavelets as scikit-image has them: bytes in, 64-bit floats out."""
    from skimage import restoration

    axis = None if image.ndim == 2 else -1
    if operation == "tv_chambolle":
        return lambda: restoration.denoise_tv_chambolle(image, weight=a["weight"], channel_axis=axis)
    if operation == "wavelet":
        return lambda: restoration.denoise_wavelet(
            image, method="BayesShrink", mode="soft", wavelet=a["wavelet"], wavelet_levels=a["levels"],
            channel_axis=axis, rescale_sigma=False)
    return None


def wavelets(operation, image, a):
    """BayesShrink by PyWavelets alone, in 32-bit floats, without what scikit-image adds around it."""
    import pywt

    if operation != "bayes_shrink":
        return None
    # Plane by plane: on interleaved channels the library takes twice as long.
    planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(np.atleast_3d(image.astype(np.float32) / 255), 2, 0)]

    def shrink(band, variance):
        excess = max(float(np.mean(band * band)) - variance, 1e-12)
        return pywt.threshold(band, variance / np.sqrt(excess), mode="soft")

    def denoise(plane):
        finest = pywt.dwt2(plane, "db2")[1][2]
        variance = (float(np.median(np.abs(finest))) / 0.6744897501960817) ** 2
        bands = pywt.wavedec2(plane, a["wavelet"], mode="symmetric", level=a["levels"])
        kept = [bands[0]] + [tuple(shrink(band, variance) for band in level) for level in bands[1:]]
        return pywt.waverec2(kept, a["wavelet"], mode="symmetric")

    return lambda: [denoise(plane) for plane in planes]


def toolbox_preprocessor():
    # The Toolbox spells it in British; `make lint` holds this project to one spelling.
    return importlib.import_module("art.defen" "ces.preprocessor")


def toolbox(operation, image, a):
    """The preprocessors of the Adversarial Robustness Toolbox, on the batch of floats that they take."""
    preprocessor = toolbox_preprocessor()
    batch = (image[None] if image.ndim == 3 else image[None, :, :, None]).astype(np.float32) / 255
    makers = {
        "SpatialSmoothing": lambda: preprocessor.SpatialSmoothing(window_size=a["window"]),
        "FeatureSqueezing": lambda: preprocessor.FeatureSqueezing(clip_values=(0, 1), bit_depth=a["bits"]),
        "JpegCompression": lambda: preprocessor.JpegCompression(clip_values=(0, 1), quality=a["quality"]),
        "TotalVarMin": lambda: preprocessor.TotalVarMin(
            prob=a["keep"], lamb=a["lambda"], max_iter=a["iterations"], clip_values=(0, 1)),
    }
    if operation not in makers:
        return None
    defense = makers[operation]()
    return lambda: defense(batch)


def variation_objective(result, original, mask, weight):
    """Isotropic variation plus the squared distance to kept samples over twice the weight, summed over channels."""
    down, right = np.zeros_like(result), np.zeros_like(result)
    down[:-1] = np.diff(result, axis=0)
    right[:, :-1] = np.diff(result, axis=1)
    distance = np.sum(mask * (result - original) ** 2)
    return float(np.sum(np.sqrt(down**2 + right**2)) + distance / (2 * weight))


LIBRARIES = {"cv2": opencv, "skimage": scikit_image, "pywt": wavelets, "art": toolbox}


class Peer:
    def __init__(self):
        self.image = None
        self.calls = {}

    def load(self, path, height, width, channels):
        shape = (height, width) if channels == 1 else (height, width, channels)
        self.image = np.fromfile(path, np.uint8).reshape(shape)
        self.calls = {}
        return {"loaded": list(shape)}

    def prepared(self, operation, arguments):
        """The call, made and run once; kept, so that the next timing of it starts at once."""
        key = json.dumps([operation, arguments], sort_keys=True)
        if key not in self.calls:
            library, _, name = operation.partition(".")
            make = LIBRARIES.get(library)
            call = make(name, self.image, arguments) if make else None
            if call is None:
                raise ValueError(f"no operation {operation}")
            call()
            self.calls[key] = call
        return self.calls[key]

    def time(self, operation, arguments, calls):
        call = self.prepared(operation, arguments)
        times = []
        for _ in range(calls):
            began = perf_counter_ns()
            call()
            times.append(perf_counter_ns() - began)
        return {"nanoseconds": median(times)}

    def objective(self, path, mask_path, arguments):
        """The objective of a result of ours, bytes, and of the Toolbox's, on the same mask: planes of 0 and 1."""
        shape = np.atleast_3d(self.image).shape
        result = np.fromfile(path, np.uint8).reshape(shape) / 255
        mask = np.moveaxis(np.fromfile(mask_path, np.uint8).reshape(shape[2], shape[0], shape[1]), 0, 2).astype(int)
        original = np.atleast_3d(self.image) / 255
        solver = toolbox_preprocessor().TotalVarMin(
            lamb=arguments["lambda"], max_iter=arguments["iterations"], clip_values=(0, 1))
        theirs = np.clip(solver._minimize(original, mask), 0, 1)
        weight = arguments["weight"]
        return {
            "objective": variation_objective(result, original, mask, weight),
            "peer_objective": variation_objective(theirs, original, mask, weight)}

    def versions(self):
        return {"versions": {name: importlib.metadata.version(name) for name in PACKAGES}}


def main():
    # Libraries print to standard output (the toolbox its progress bars); answers go to the real one.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = Peer()
    actions = {
        "load": peer.load, "time": peer.time, "objective": peer.objective, "versions": peer.versions}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = actions[request.pop("do")](**request)
        except Exception as error:  # The other side decides what a failure means.
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
