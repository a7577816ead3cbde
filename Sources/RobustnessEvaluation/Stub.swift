enum RobustnessEvaluationStub {}
