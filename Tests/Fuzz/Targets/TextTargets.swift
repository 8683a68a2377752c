import Building
import Inference
import JSONText
import Tensors
import Updating
import Verifying

@testable import Suites

func fuzzManifest(_ bytes: [UInt8]) throws { _ = try BuildManifest(parsing: bytes, file: "modelpack.yaml") }

func fuzzGate(_ bytes: [UInt8]) throws { _ = try Gate(parsing: bytes, file: "gate.yaml") }

func fuzzSuite(_ bytes: [UInt8]) throws {
    _ = try? Recording(parsing: bytes, file: "golden/recorded.jsonl")
    _ = try Suite(parsing: bytes, name: "golden/a.jsonl")
}

/// The reader of model files, and the one of messages for templates.
func fuzzJSON(_ bytes: [UInt8]) throws {
    _ = try? TemplateValue(json: bytes)
    _ = try JSON(parsing: bytes)
}

/// A schema, and behind a line's end the value to judge.
func fuzzSchema(_ bytes: [UInt8]) throws {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1).map(Array.init)
    guard parts.count == 2 else { return }
    let schema = try JSONSchema(try JSON(parsing: parts[0]))
    _ = schema.violation(by: try JSON(parsing: parts[1]))
}

func fuzzDevice(_ bytes: [UInt8]) throws {
    let device = try DeviceConfiguration(parsing: String(decoding: bytes, as: UTF8.self), file: "device.yaml")
    _ = device.httpOptions
}
