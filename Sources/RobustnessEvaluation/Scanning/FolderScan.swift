package import GuardPipeline

/// Judges the files of a folder and notes what came of each, in their order.
package struct FolderScan: Sendable {
    /// Judges images.
    package let judge: ImageJudge
    /// Runs pixel work.
    package let executor: PixelExecutor
    /// Files that are open at once.
    package let concurrency: Int
    /// Names everything that verdicts rest on: rows of another name are not kept.
    package let basis: String
    /// The bytes of a file of the folder, or why there are none.
    package let read: @Sendable (_ file: String) -> Result<[UInt8], SampleReadingError>
    /// What a client would declare for it.
    package let mediaType: @Sendable (_ file: String) -> String?

    /// A scan, each member named.
    package init(
        judge: ImageJudge, executor: PixelExecutor, concurrency: Int, basis: String,
        read: @escaping @Sendable (_ file: String) -> Result<[UInt8], SampleReadingError>,
        mediaType: @escaping @Sendable (_ file: String) -> String?
    ) {
        self.judge = judge
        self.executor = executor
        self.concurrency = concurrency
        self.basis = basis
        self.read = read
        self.mediaType = mediaType
    }

    /// What came of one file.
    package enum Outcome: Sendable {
        /// Its row is there already and its bytes are the same.
        case kept(ScanRow)
        /// It was judged; nil where it could not be read.
        case judged(ScanRow, Judgement?)
        /// The task was cancelled first.
        case cancelled
    }

    /// Judges those of `files` that `table` has no settled verdict for or whose bytes have changed, hands every outcome to `each`
    /// in the order of `files`, and appends its row once `each` has returned: what `each` keeps is there for every row. Ends early when the task is cancelled.
    package func run(
        _ files: [String], table: inout ScanTable, each: (String, Outcome) async throws -> Void
    ) async throws {
        var ordered = InOrder<Outcome>()
        var position = 0
        let known = table.all
        try await BoundedWork.run(files, concurrency: concurrency, on: executor) { file in
            await outcome(of: file, known: known[file])
        } each: { index, outcome in
            for outcome in ordered.add(index, outcome) {
                // What follows a cancelled file would leave a gap that going on could not fill in order.
                if case .cancelled = outcome { return false }
                try await each(files[position], outcome)
                if case .judged(let row, _) = outcome { try table.append(row) }
                position += 1
            }
            return true
        }
    }

    private func outcome(of file: String, known: ScanRow?) async -> Outcome {
        if Task.isCancelled { return .cancelled }
        let bytes: [UInt8]
        switch read(file) {
        case .failure(let error):
            return .judged(ScanRow(file: file, unreadable: error.reason, basis: basis), nil)
        case .success(let content): bytes = content
        }
        let sha256 = FileDigest.sha256(bytes)
        if let known, known.sha256 == sha256, known.isSettled { return .kept(known) }
        let judgement = await judge.judge(bytes, mediaType: mediaType(file))
        // Copies that were abandoned look like copies without an answer.
        if Task.isCancelled { return .cancelled }
        return .judged(ScanRow(file: file, sha256: sha256, judgement, basis: basis), judgement)
    }
}
