package import PixelCore

/// Every defense there is. Adding one is a line in `entries`.
package enum DefenseCatalogue {
    private static let entries: [any Defense.Type] = [
        BitDepthReduction.self,
        MedianSmoothing.self,
        FixedBinarization.self,
        OtsuBinarization.self,
        SauvolaBinarization.self,
        NonLocalMeans.self,
        GaussianBlur.self,
        TotalVariationDenoising.self,
        TotalVariationMinimization.self,
        WaveletShrinkage.self,
        Bilateral.self,
        JPEGRecompression.self,
        GaussianNoise.self,
        UniformNoise.self,
        RandomResizePad.self,
        RandomCrop.self,
        PixelDeflection.self,
        StochasticJPEG.self,
        RandomDiscretization.self,
        Barrage.self,
        AreaResize.self,
        Resize.self,
        ScalerReconstruction.self,
        Mirror.self,
        Translate.self,
        Despeckle.self,
        InkOpening.self,
        InkClosing.self,
        MajorityDownscale.self,
        Reink.self,
        Occlusion.self,
    ]

    /// What each defense is, in the order of the catalogue.
    package static let descriptors: [DefenseDescriptor] = entries.map { $0.descriptor }

    /// The defense called `name` with these parameters; missing ones take their defaults.
    ///
    /// Throws `.unknown` with the nearest name, or `.parameter` with what would do.
    package static func make(
        name: String, parameters: [String: ParameterValue]
    ) throws(DefenseError) -> any Defense {
        try entry(name).init(parameters: parameters)
    }

    /// The defense of a short form: a name alone, or with values in the order of its descriptor: `median(3)`,
    /// `area-resize(224,224)`; `name=value` sets one by name: `random-resize-pad(fill=0)`.
    ///
    /// Throws `.syntax` when the form cannot be read, and as `make` does.
    package static func parse(_ shortForm: String) throws(DefenseError) -> any Defense {
        let form = try ShortForm(shortForm)
        let type = try entry(form.name)
        return try type.init(parameters: form.parameters(of: type.descriptor))
    }

    /// A pipeline of the defenses of a short form, several joined by `+`: `median(2) + mirror`. It is named by the
    /// canonical form: `median( 3 )` is called `median(3)`.
    ///
    /// Throws as `parse` does, and `.syntax` for more than `mostJoined` defenses.
    package static func pipeline(_ shortForm: String) throws(DefenseError) -> DefensePipeline {
        let parts = shortForm.split(separator: "+", omittingEmptySubsequences: false)
        guard parts.count <= mostJoined else {
            throw .syntax("\(shortForm.prefix(200)): joins more than \(mostJoined) defenses")
        }
        var names: [String] = []
        var steps: [any Defense] = []
        for part in parts {
            let form = try ShortForm(String(part))
            let type = try entry(form.name)
            let parameters = try form.parameters(of: type.descriptor)
            steps.append(try type.init(parameters: parameters))
            let values = try type.descriptor.check(parameters).values
            names.append(ShortForm.text(of: type.descriptor, values: values))
        }
        return DefensePipeline(name: names.joined(separator: "+"), steps: steps)
    }

    /// Most defenses that one short form joins.
    package static let mostJoined = 8

    private static func entry(_ name: String) throws(DefenseError) -> any Defense.Type {
        if let entry = entries.first(where: { $0.descriptor.name == name }) { return entry }
        throw .unknown(name: name, nearest: NearestName.nearest(to: name, in: descriptors.map(\.name)))
    }
}

extension DefenseDescriptor {
    /// `parameters` checked against this descriptor, defaults filled in.
    ///
    /// Throws `DefenseError.parameter` with what would do.
    func check(_ parameters: [String: ParameterValue]) throws(DefenseError) -> ParameterSet {
        do {
            return try ParameterSet(parameters, against: self.parameters)
        } catch {
            throw .parameter(defense: name, name: error.name, allowed: error.allowed)
        }
    }
}
