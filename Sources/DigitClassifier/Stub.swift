enum DigitClassifierStub {}
