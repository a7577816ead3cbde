"""A small network read from an ONNX file: its logits and their gradient for the input, in numpy.

Knows the operators that the lab's two classifiers have (stride-1 Conv, Relu, MaxPool without padding, Gemm, MatMul, Add,
Sub, Mul, Div, Flatten) and refuses every other. Softmax is left out: attacks work on logits. `selfcheck.py` compares the
forward pass with onnxruntime and the gradient with finite differences.
"""
import numpy as np
import onnx
from onnx import numpy_helper


def convolve(x, weight, pad):
    """Cross-correlation of [n,c,h,w] with [o,c,k,k], stride 1; one image at a time, so that its windows stay in cache."""
    count, channels = x.shape[:2]
    size = weight.shape[2]
    if pad:
        x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3)).transpose(0, 1, 4, 5, 2, 3)
    height, width = windows.shape[4:]
    flat = np.ascontiguousarray(weight.reshape(len(weight), -1))
    packed = np.empty(windows.shape[1:], x.dtype)
    out = np.empty((count, len(weight), height * width), x.dtype)
    for i in range(count):
        np.copyto(packed, windows[i])
        np.matmul(flat, packed.reshape(channels * size * size, height * width), out=out[i])
    return out.reshape(count, len(weight), height, width)


def corners(x, size):
    """The size*size strided views whose maximum MaxPool takes; rows and columns left over are dropped, as it drops them."""
    height, width = x.shape[2] // size * size, x.shape[3] // size * size
    return [x[:, :, i:height:size, j:width:size] for i in range(size) for j in range(size)]


def pool(x, size):
    out = None
    for view in corners(x, size):
        out = view.copy() if out is None else np.maximum(out, view, out=out)
    return out


def unpool(x, out, grad, size):
    """Each maximum's gradient goes to the first sample that has it."""
    spread = np.zeros_like(x)
    free = np.ones(out.shape, bool)
    for view, place in zip(corners(x, size), corners(spread, size)):
        chosen = free & (view == out)
        np.multiply(grad, chosen, out=place)
        free &= ~chosen
    return spread


def summed_to(grad, shape):
    """The gradient of a broadcast operand: summed over what was broadcast."""
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, extent in enumerate(shape):
        if extent == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis, keepdims=True)
    return grad


class Network:
    """`logits(x)` and `gradient(x, of_logits)` for x of [n,c,h,w] in 0...1."""

    def __init__(self, path, dtype=np.float32):
        graph = onnx.load(path).graph
        self.dtype = dtype
        self.constants = {i.name: numpy_helper.to_array(i).astype(dtype) for i in graph.initializer}
        self.steps = []
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                self.constants[node.output[0]] = numpy_helper.to_array(attributes["value"]).astype(dtype)
            elif node.op_type != "Softmax":
                self.steps.append((node.op_type, list(node.input), node.output[0], self.checked(node, attributes)))
        self.input, self.output = graph.input[0].name, self.steps[-1][2]
        self.shape = tuple(d.dim_value for d in graph.input[0].type.tensor_type.shape.dim[1:])

    @staticmethod
    def checked(node, attributes):
        """The one number that an operator needs (padding, window or transposition); refuses what is not known."""
        if node.op_type == "Conv":
            pads = attributes.get("pads", [0] * 4)
            plain = attributes.get("strides", [1, 1]) == [1, 1] and attributes.get("dilations", [1, 1]) == [1, 1]
            if not plain or attributes.get("group", 1) != 1 or len(set(pads)) != 1 or len(node.input) != 3:
                raise ValueError(f"Conv with {attributes}")
            return pads[0]
        if node.op_type == "MaxPool":
            size = attributes["kernel_shape"][0]
            if attributes.get("strides") != [size, size] or any(attributes.get("pads", [])) or attributes.get("ceil_mode"):
                raise ValueError(f"MaxPool with {attributes}")
            return size
        if node.op_type == "Gemm":
            if attributes.get("alpha", 1) != 1 or attributes.get("beta", 1) != 1 or attributes.get("transA"):
                raise ValueError(f"Gemm with {attributes}")
            return attributes.get("transB", 0)
        if node.op_type not in ("Relu", "Flatten", "Add", "Sub", "Mul", "Div", "MatMul"):
            raise ValueError(f"operator {node.op_type} is not known")
        return None

    def values(self, x):
        """Every value of the forward pass, by name."""
        known = dict(self.constants)
        known[self.input] = np.asarray(x, self.dtype)
        for kind, inputs, output, setting in self.steps:
            known[output] = self.forward(kind, [known[name] for name in inputs], setting)
        return known

    def logits(self, x, batch=256):
        """[n, classes], in pieces of `batch` to bound memory."""
        x = np.asarray(x, self.dtype)
        return np.concatenate([self.values(x[i:i + batch])[self.output] for i in range(0, len(x), batch)])

    def forward(self, kind, a, setting):
        if kind == "Conv":
            out = convolve(a[0], a[1], setting)
            out += a[2][:, None, None]
            return out
        if kind == "MaxPool":
            return pool(a[0], setting)
        if kind == "Gemm":
            return a[0] @ (a[1].T if setting else a[1]) + a[2]
        if kind == "Relu":
            return np.maximum(a[0], 0)
        if kind == "Flatten":
            return a[0].reshape(len(a[0]), -1)
        return {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "MatMul": np.matmul}[kind](*a)

    def gradient(self, x, of_logits):
        """(logits, gradient of a loss for x); `of_logits` maps logits to the loss's gradient for them."""
        known = self.values(x)
        grads = {self.output: np.asarray(of_logits(known[self.output]), self.dtype)}
        for kind, inputs, output, setting in reversed(self.steps):
            grad = grads.pop(output, None)
            if grad is None:
                continue
            a = [known[name] for name in inputs]
            for name, piece in zip(inputs, self.backward(kind, a, known[output], setting, grad)):
                if name not in self.constants and piece is not None:
                    grads[name] = grads[name] + piece if name in grads else piece
        return known[self.output], grads[self.input]

    def backward(self, kind, a, out, setting, grad):
        """The gradients for the operands that are not weights."""
        if kind == "Conv":
            flipped = np.ascontiguousarray(a[1][:, :, ::-1, ::-1].transpose(1, 0, 2, 3))
            return [convolve(grad, flipped, a[1].shape[2] - 1 - setting)]
        if kind == "MaxPool":
            return [unpool(a[0], out, grad, setting)]
        if kind == "Gemm":
            return [grad @ (a[1] if setting else a[1].T)]
        if kind == "MatMul":
            return [grad @ a[1].T]
        if kind == "Relu":
            return [grad * (out > 0)]
        if kind == "Flatten":
            return [grad.reshape(a[0].shape)]
        if kind in ("Add", "Sub"):
            sign = 1 if kind == "Add" else -1
            return [summed_to(grad, a[0].shape), summed_to(sign * grad, a[1].shape)]
        scale = a[1] if kind == "Mul" else 1 / a[1]  # The second operand of Mul and Div is a constant.
        return [summed_to(grad * scale, a[0].shape)]
