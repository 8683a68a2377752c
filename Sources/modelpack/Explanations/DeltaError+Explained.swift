import Deltas

extension DeltaError: Explained {
    var message: String {
        switch self {
        case .malformed(let problem, let offset): "byte \(offset) of the delta: \(problem.sentence)"
        case .wrongBase(let expected, let found):
            "the delta was made for another file: one of \(expected.size) bytes with digest \(expected.digest.hex), "
                + "not of \(found.size) bytes with \(found.digest.hex)"
        case .wrongResult(let expected, let found):
            "the delta gives a file with digest \(found.hex), not \(expected.hex) as it states"
        }
    }

    var hint: String? {
        switch self {
        case .malformed(.version, _): "update modelpack, or make the delta anew with this one"
        case .malformed(.notDelta, _): "check the order: delta apply OLD DELTA OUT"
        case .malformed, .wrongResult: "the delta is damaged; fetch or make it again"
        case .wrongBase: "apply it to the file that it was made from, or fetch the new file whole"
        }
    }
}

extension DeltaProblem {
    var sentence: String {
        switch self {
        case .notDelta: "this is no delta"
        case .version(let found): "version \(found) of the format is not supported"
        case .endsEarly(let needed): "the delta ends where \(needed) more bytes must be"
        case .tooLong(let field, let found, let limit): "\(field.words) of \(found) is over the maximum of \(limit)"
        case .outsideBase(let end, let size): "a record reaches to byte \(end) of a base of \(size)"
        case .resultSize(let found, let expected): "the records give \(found) bytes, but the result has \(expected)"
        case .unknownRecord(let kind): "there is no record of kind \(kind)"
        case .elementType(let type): "blocks of type \(type) can't be here"
        case .invalid(let field): "impossible \(field.words)"
        case .compression(let field): "the compressed \(field.words) are damaged"
        case .coding: "the coded symbols don't end where they should"
        case .trailingBytes: "there are bytes behind the end"
        }
    }
}

extension DeltaField {
    var words: String {
        switch self {
        case .baseSize: "size of the base"
        case .resultSize: "size of the result"
        case .tables: "tables"
        case .contexts: "map of contexts"
        case .frequencies: "frequencies"
        case .record: "record"
        case .rows: "number of rows"
        case .rowLength: "length of a row"
        case .pieceRows: "number of rows in a piece"
        case .columns: "levels of columns"
        case .update: "update of low rank"
        case .levels: "levels of rows"
        case .symbols: "coded symbols"
        case .extraBits: "extra bits"
        case .prefix: "prefix"
        case .text: "text"
        case .planes: "planes of numbers"
        case .width: "width of a number"
        }
    }
}
