enum PixelKernelsStub {}
