#!/usr/bin/env python3
"""Holds an unpacked bundle's SBOM to CycloneDX 1.6 and its provenance to in-toto v1 and SLSA v1.

usage: supply_chain.py DIRECTORY
"""
import hashlib
import json
import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement


def refuse(what: str) -> None:
    sys.exit(f"error: {what}")


def check_sbom(text: str) -> dict:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    if error := validator.validate_str(text):
        refuse(f"sbom.cdx.json is no CycloneDX 1.6: {error}")
    # The validator must be one that can say no.
    broken = json.loads(text)
    broken["components"][0]["type"] = "model"
    if validator.validate_str(json.dumps(broken)) is None:
        refuse("the validator takes anything")
    return json.loads(text)


def check_provenance(text: str) -> dict:
    # Parsing refuses unknown fields and wrong types; validate() asks for what in-toto requires.
    statement = json_format.Parse(text, statement_pb2.Statement())
    Statement.copy_from_pb(statement).validate()
    document = json.loads(text)
    if document["predicateType"] != "https://slsa.dev/provenance/v1":
        refuse(f"the predicate is {document['predicateType']}")
    predicate = json_format.ParseDict(document["predicate"], provenance_pb2.Provenance())
    definition, builder = predicate.build_definition, predicate.run_details.builder
    # SLSA v1 requires these (slsa.dev/spec/v1.0/provenance, "Fields").
    for name, value in [
        ("buildType", definition.build_type), ("externalParameters", definition.external_parameters.fields),
        ("builder.id", builder.id),
    ]:
        if not value:
            refuse(f"provenance.json lacks {name}")
    if not definition.resolved_dependencies:
        refuse("provenance.json names no source")
    for dependency in definition.resolved_dependencies:
        if len(dependency.digest["sha256"]) != 64:
            refuse(f"{dependency.name} has no SHA-256")
    return document


def main() -> None:
    bundle = pathlib.Path(sys.argv[1])
    sbom = check_sbom((bundle / "sbom.cdx.json").read_text(encoding="utf-8"))
    provenance = check_provenance((bundle / "provenance.json").read_text(encoding="utf-8"))
    weights = hashlib.sha256((bundle / "model/model.gguf").read_bytes()).hexdigest()
    if sbom["components"][0]["hashes"][0]["content"] != weights:
        refuse("the SBOM is of another model")
    if provenance["subject"][0]["digest"]["sha256"] != weights:
        refuse("the provenance is of another model")
    print("CycloneDX 1.6 and in-toto v1 with SLSA v1: accepted, of these weights")


main()
