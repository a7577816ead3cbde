enum AuditTrailStub {}
