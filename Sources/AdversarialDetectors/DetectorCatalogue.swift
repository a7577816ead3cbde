package import PixelCore

/// Every detector there is. Adding one is a line in `entries`.
package enum DetectorCatalogue {
    private static let entries: [any Detector.Type] = [
        ContainerIntegrity.self,
        CompressionHistory.self,
        ImageScaling.self,
        PatchLocalization.self,
        ChromaResidual.self,
        LumaResidual.self,
        LocalResidual.self,
        EpsilonNoise.self,
        FeatureSqueezing.self,
        AnswerDoubt.self,
        AnswerDrop.self,
        LabelConsensus.self,
        RegionConsistency.self,
        InkGround.self,
        InkRoughness.self,
        InkShape.self,
        NearDuplicates.self,
    ]

    /// What each detector is, in the order of the catalogue.
    package static let descriptors: [DetectorDescriptor] = entries.map { $0.descriptor }

    /// The detector called `name` with these parameters; missing ones take their defaults.
    ///
    /// A detector with memory starts with none. Throws `.unknown` with the nearest name, `.parameter` with what would
    /// do, or `.squeezer` with what is wrong with a defense that a parameter names.
    package static func make(
        name: String, parameters: [String: ParameterValue]
    ) throws(DetectorError) -> any Detector {
        guard let entry = entries.first(where: { $0.descriptor.name == name }) else {
            throw .unknown(name: name, nearest: NearestName.nearest(to: name, in: descriptors.map(\.name)))
        }
        return try entry.init(parameters: parameters)
    }
}

extension DetectorDescriptor {
    /// `parameters` checked against this descriptor, defaults filled in.
    ///
    /// Throws `DetectorError.parameter` with what would do.
    func check(_ parameters: [String: ParameterValue]) throws(DetectorError) -> ParameterSet {
        do {
            return try ParameterSet(parameters, against: self.parameters)
        } catch {
            throw .parameter(detector: name, name: error.name, allowed: error.allowed)
        }
    }
}
