"""What a guard's squeezers make of an image, with a gradient to attack through them.

A view maps images [n,c,h,w] in 0...1 to copies and carries a gradient back. Where a squeezer is not differentiable the
backward pass is that of something near it (BPDA: Athalye, Carlini, Wagner, "Obfuscated gradients give a false sense of
security", ICML 2018): the identity for rounding, the chosen sample for the median, JPEG without its quantization for JPEG.
"""
import io

import numpy as np
from PIL import Image


def to_bytes(x):
    """[n,c,h,w] in 0...1 to u8 pictures [n,h,w,c]."""
    return np.rint(np.clip(x, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)


def to_floats(pictures):
    """u8 pictures [n,h,w,c] to [n,c,h,w] in 0...1."""
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) / np.float32(255)


def picture(pixels):
    """A Pillow image of u8 [h,w,c]."""
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def jpeg_bytes(pixels, quality):
    """The file that Pillow writes, chroma at 4:2:0."""
    file = io.BytesIO()
    picture(pixels).save(file, "JPEG", quality=quality, subsampling=2)
    return file.getvalue()


def decoded(data, channels):
    """u8 [h,w,c] of a PNG or JPEG."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L" if channels == 1 else "RGB"))
    return pixels.reshape(pixels.shape[0], pixels.shape[1], channels)


class Plain:
    """The image itself."""

    name = "plain"

    def forward(self, x):
        return x, None

    def backward(self, grad, _):
        return grad


class BitDepth:
    """Rounded to 2^bits levels; backward: the identity."""

    def __init__(self, bits):
        self.levels = 2 ** bits - 1
        self.name = f"bit-depth({bits})"

    def forward(self, x):
        # Half rounds up, so that grey 128 is ink at one bit.
        return np.floor(x * self.levels + np.float32(0.5)) / np.float32(self.levels), None

    def backward(self, grad, _):
        return grad


class Median:
    """The 2x2 median of scipy.ndimage (window up and left, half-sample reflection); rank 2 is the upper middle, 1 the lower.

    Backward: the sample that was chosen gets the gradient.
    """

    def __init__(self, rank=2):
        self.rank = rank
        self.name = "median(2)" if rank == 2 else "median(2,lower)"

    def forward(self, x):
        padded = np.pad(x, ((0, 0), (0, 0), (1, 0), (1, 0)), mode="symmetric")
        corners = np.stack([padded[:, :, 1:, 1:], padded[:, :, 1:, :-1], padded[:, :, :-1, 1:], padded[:, :, :-1, :-1]])
        chosen = np.argsort(corners, axis=0, kind="stable")[self.rank]
        return np.take_along_axis(corners, chosen[None], 0)[0], chosen

    def backward(self, grad, chosen):
        spread = np.zeros((*grad.shape[:2], grad.shape[2] + 1, grad.shape[3] + 1), grad.dtype)
        places = [spread[:, :, 1:, 1:], spread[:, :, 1:, :-1], spread[:, :, :-1, 1:], spread[:, :, :-1, :-1]]
        for index, place in enumerate(places):
            place += grad * (chosen == index)
        spread[:, :, 1] += spread[:, :, 0]
        spread[:, :, :, 1] += spread[:, :, :, 0]
        return spread[:, :, 1:, 1:]


# ITU-R BT.601 as JFIF uses it; rows Y, Cb, Cr without offsets.
YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32)
RGB = np.linalg.inv(YCC).astype(np.float32)


def without_fine_chroma(x, into, back):
    """`back` · (2x2 means of the second and third channel) · `into`, for even sizes."""
    y = np.einsum("dc,nchw->ndhw", into, x)
    count, _, height, width = y.shape
    means = y[:, 1:].reshape(count, 2, height // 2, 2, width // 2, 2).mean((3, 5))
    y[:, 1:] = means.repeat(2, 2).repeat(2, 3)
    return np.einsum("dc,nchw->ndhw", back, y)


class JPEG:
    """Saved and read again by Pillow; backward: JPEG without quantization, which is what halving the chroma does.

    Shin and Song, "JPEG-resistant adversarial images" (NIPS workshop 2017), approximate the rounding instead.
    """

    def __init__(self, quality):
        self.quality = quality
        self.name = f"jpeg({quality})"

    def forward(self, x):
        channels = x.shape[1]
        return to_floats(np.stack([decoded(jpeg_bytes(p, self.quality), channels) for p in to_bytes(x)])), None

    def backward(self, grad, _):
        # The adjoint of (RGB · means · YCC) is YCC^T · means · RGB^T: the means are symmetric.
        return grad if grad.shape[1] == 1 else without_fine_chroma(grad, RGB.T, YCC.T)
