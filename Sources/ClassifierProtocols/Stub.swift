enum ClassifierProtocolsStub {}
