enum PortcullisProxyStub {}
