import Tensors

/// Counts, then codes the quantized tensors of a delta.
struct BlockCoder {
    private let old: ModelBytes
    private let new: ModelBytes
    private var counts: [ElementType: SymbolCounts] = [:]
    /// By the tensor's place in the new file.
    private var noise: [Int: NoiseMeasure] = [:]
    private var maps: [ElementType: [UInt16]] = [:]
    private var tables = EncodingTables()

    init(old: ModelBytes, new: ModelBytes) {
        self.old = old
        self.new = new
    }

    /// Takes a tensor's symbols into the statistics.
    mutating func count(_ tensor: BlockTensor, target: Range<Int>) {
        guard let form = BlockForm(tensor.type) else { preconditionFailure("the step's type has blocks") }
        let difference = TensorDifference(form, tensor: tensor, old: old, new: new, target: target)
        let planes = BlockPlanes(form)
        let measure = NoiseMeasure(difference)
        var best = tally(tensor, planes, target, measure)
        for simpler in measure.simpler {
            let other = tally(tensor, planes, target, simpler)
            if other.bytes < best.bytes { best = other }
        }
        if let update = LowRankUpdate(of: difference) {
            let other = tally(tensor, planes, target, NoiseMeasure(difference, update: update))
            // Tensors with updates share their tables well, for their contexts mean the same; others save less together
            // than each on its own.
            if other.bytes < best.bytes / 100 * 101 { best = other }
        }
        noise[target.lowerBound] = best.measure
        counts[tensor.type]?.add(best.counts)
        counts[tensor.type] = counts[tensor.type] ?? best.counts
    }

    /// A tensor's symbols by some measure, and about how many bytes they come to, with the levels and the update.
    private struct Tally {
        let measure: NoiseMeasure
        var counts: SymbolCounts
        var bytes: Int
    }

    private func tally(
        _ tensor: BlockTensor, _ planes: BlockPlanes, _ target: Range<Int>, _ measure: NoiseMeasure
    ) -> Tally {
        var tally = Tally(measure: measure, counts: SymbolCounts(planes), bytes: measure.bytes)
        // Each context counts for itself.
        let map = (0..<UInt16(planes.contexts)).map(\.self)
        var reader = PieceSymbols(
            planes, map: map, columns: measure.columns, update: measure.update, rowBytes: tensor.rowBytes)
        for piece in 0..<tensor.pieces {
            read(piece, of: tensor, target, measure, with: &reader) { tally.counts.add($0) }
            tally.bytes += reader.extra.bytes.count
        }
        if let update = measure.update {
            read(update, of: tensor, planes, map: map) { tally.counts.add($0) }
        }
        tally.bytes += tally.counts.bits / 8
        return tally
    }

    /// The statistics as they stand in the delta; from now on tensors can be written.
    mutating func finishCounting() -> [UInt8] {
        var bytes: [UInt8] = []
        var first = 0
        for (type, counts) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let statistics = counts.statistics()
            maps[type] = statistics.numbers(from: first)
            for table in statistics.maps.flatMap(\.tables) {
                tables.append(table)
                first += 1
            }
            statistics.encode(into: &bytes)
        }
        counts = [:]
        var record: [UInt8] = []
        record.append(littleEndian: UInt64(bytes.count))
        record.append(section: Zstandard.compress(bytes))
        return record
    }

    /// Writes a tensor's record, piece by piece.
    func write(_ tensor: BlockTensor, target: Range<Int>, to sink: ([UInt8]) throws -> Void) throws {
        guard let form = BlockForm(tensor.type), let map = maps[tensor.type], let measure = noise[target.lowerBound]
        else { preconditionFailure("the tensor was counted") }
        let kind = measure.update == nil ? DeltaRecord.Kind.blocks : .updatedBlocks
        var bytes = [kind.rawValue]
        bytes.append(littleEndian: tensor.type.rawValue)
        for number in [tensor.rowElements, tensor.rows, tensor.pieceRows, tensor.base.lowerBound] {
            bytes.append(littleEndian: UInt64(number))
        }
        let planes = BlockPlanes(form)
        if let update = measure.update {
            update.encodeHead(into: &bytes)
            var encoder = SymbolEncoder()
            read(update, of: tensor, planes, map: map) { encoder.append($0) }
            bytes.append(section: encoder.encoded(with: tables))
        } else {
            bytes.append(section: NoiseMeasure.compress(measure.columns[...]))
        }
        try sink(bytes)
        var reader = PieceSymbols(
            planes, map: map, columns: measure.columns, update: measure.update, rowBytes: tensor.rowBytes)
        for piece in 0..<tensor.pieces {
            var encoder = SymbolEncoder()
            read(piece, of: tensor, target, measure, with: &reader) { encoder.append($0) }
            var body: [UInt8] = []
            body.append(section: NoiseMeasure.compress(measure.rows[tensor.rows(ofPiece: piece)]))
            body.append(section: reader.extra.bytes)
            body.append(section: encoder.encoded(with: tables))
            var record: [UInt8] = []
            record.append(section: body)
            try sink(record)
        }
    }

    private func read(
        _ piece: Int, of tensor: BlockTensor, _ target: Range<Int>, _ measure: NoiseMeasure,
        with reader: inout PieceSymbols, each: (borrowing SymbolRun) -> Void
    ) {
        let rows = tensor.rows(ofPiece: piece)
        let oldPart = tensor.base(ofRows: rows)
        let start = target.lowerBound + rows.lowerBound * tensor.rowBytes
        let newPart = start..<start + oldPart.count
        reader.read(old: old.bytes(oldPart), new: new.bytes(newPart), levels: measure.rows[rows], each: each)
        old.release(oldPart)
        new.release(newPart)
    }

    private func read(
        _ update: LowRankUpdate, of tensor: BlockTensor, _ planes: BlockPlanes, map: [UInt16],
        each: (borrowing SymbolRun) -> Void
    ) {
        let symbols = update.symbols
        let tables = LowRankUpdate.tables(
            planes, map: map, spreads: update.spreads, rows: tensor.rows, columns: tensor.rowElements)
        unsafe symbols.withUnsafeBufferPointer { symbols in
            unsafe tables.withUnsafeBufferPointer { tables in
                guard let symbols = symbols.baseAddress, let ids = tables.baseAddress else { return }
                // As many tables as symbols, which stay while `each` runs.
                each(unsafe SymbolRun(planes.updates, ids, symbols, count: tables.count))
            }
        }
    }
}
