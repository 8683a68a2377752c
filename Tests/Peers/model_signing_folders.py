#!/usr/bin/env python3
"""The reference tool of OpenSSF Model Signing and modelpack sign 20 varied folders, and each verifies the other's.

Three curves, with bare keys and with certificate chains; each also refuses the other's folder once a byte, a name or a
file has changed.

usage: model_signing_folders.py MODELPACK FOLDER      (with a Python that has model-signing and pyopenssl)
"""

import contextlib
import datetime
import os
import pathlib
import random
import shutil
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from model_signing import hashing, signing, verifying

CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()]


def folders(random_: random.Random):
    """What each of the folders holds: paths and bytes."""
    yield {"model.safetensors": b"weights"}
    yield {"empty": b"", "also/empty": b""}
    yield {"/".join("abcdefghijklmnopqrstuvwxyz"): b"deep", "a/b/side": b"x"}
    yield {f"file {n}": bytes([n % 256]) * n for n in range(300)}
    yield {"größe.bin": b"1", "模型/重み.gguf": b"2", "😀": b"3", "مرحبا": b"4"}
    yield {"é": b"composed", "e\u0301": b"decomposed"}
    yield {"with space": b"1", " leading": b"2", "trailing ": b"3", "two  spaces/in  it": b"4"}
    yield {'quote"': b"1", "back\\slash": b"2", "tab\there": b"3", "line\nbreak": b"4", "it's": b"5"}
    yield {"a.b": b"1", "a/b": b"2", "a-b": b"3", "a b": b"4"}
    yield {".hidden": b"1", "..two": b"2", "...": b"3", "-dash": b"4", "--": b"5"}
    yield {"x" * 200: b"1", "y" * 100 + "/" + "z" * 200: b"2"}
    yield {"large.bin": random_.randbytes(9_000_001)}
    yield {"exact.bin": random_.randbytes(1 << 20), "one more.bin": random_.randbytes((1 << 20) + 1)}
    yield {"UPPER": b"1", "upper": b"2", "Upper": b"3"}
    yield {f"d{n % 7}/e{n % 5}/f{n}": random_.randbytes(n) for n in range(200)}
    yield {"signatures/someone.sig": b"not one", "index.json": b"{}"}
    yield {"same 1": b"same", "same 2": b"same", "d/same 3": b"same"}
    yield {"\u202eright": b"1", "\ufeffmark": b"2", "zero\u200bwidth": b"3"}
    yield {"%2e%2e": b"1", "a%20b": b"2", "a+b": b"3", "a&b=c;d": b"4", "$HOME": b"5", "*": b"6"}
    yield {"config.json": b"{}", "model/part-1.bin": b"1", "model/part-10.bin": b"2", "model/part-2.bin": b"3"}


def write(folder: pathlib.Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def certify(subject: str, key, issuer: str, issuer_key, authority: bool) -> x509.Certificate:
    now = datetime.datetime.now(datetime.timezone.utc)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    usages = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign",
         "encipher_only", "decipher_only"], False)
    builder = (
        x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, **usages), critical=True))
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Signer:
    """A key with its certificates, as files."""

    def __init__(self, folder: pathlib.Path, curve: ec.EllipticCurve):
        base = folder / curve.name
        self.key, self.public = base.with_suffix(".key"), base.with_suffix(".pub")
        self.leaf, self.chain, self.root = (base.with_suffix(f".{name}.pem") for name in ("leaf", "chain", "root"))
        key, root_key, middle_key = (ec.generate_private_key(curve) for _ in range(3))
        encoding = serialization.Encoding.PEM
        self.key.write_bytes(
            key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.public.write_bytes(
            key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))
        root = certify("root", root_key, "root", root_key, True)
        middle = certify("middle", middle_key, "root", root_key, True)
        leaf = certify("signer", key, "middle", middle_key, False)
        self.root.write_bytes(root.public_bytes(encoding))
        self.leaf.write_bytes(leaf.public_bytes(encoding))
        self.chain.write_bytes(middle.public_bytes(encoding))


def theirs_sign(folder: pathlib.Path, signature: pathlib.Path, signer: Signer, certified: bool) -> None:
    config = signing.Config().set_hashing_config(hashing.Config().set_ignored_paths(paths=[], ignore_git_paths=False))
    if certified:
        config.use_certificate_signer(
            private_key=signer.key, signing_certificate=signer.leaf, certificate_chain=[signer.chain])
    else:
        config.use_elliptic_key_signer(private_key=signer.key)
    config.sign(folder, signature)


def theirs_verify(folder: pathlib.Path, signature: pathlib.Path, signer: Signer, certified: bool) -> bool:
    config = verifying.Config().set_hashing_config(
        hashing.Config().set_ignored_paths(paths=[], ignore_git_paths=False))
    if certified:
        config.use_certificate_verifier(certificate_chain=[signer.root])
    else:
        config.use_elliptic_key_verifier(public_key=signer.public)
    try:
        config.verify(folder, signature)
    except Exception:  # It refuses with whatever error its libraries raise.
        return False
    return True


def ours(modelpack: str, *arguments: object) -> int:
    return subprocess.run(
        [modelpack, *map(str, arguments), "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def damaged(folder: pathlib.Path):
    """Copies of a folder with one thing changed each."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    copy = folder.with_name(folder.name + ".changed")

    @contextlib.contextmanager
    def changed(what: str):
        shutil.copytree(folder, copy)
        yield what, copy / files[-1].relative_to(folder)
        shutil.rmtree(copy)

    with changed("a byte") as (what, path):
        path.write_bytes(path.read_bytes() + b"x")
        yield what, copy
    with changed("a name") as (what, path):
        path.rename(path.with_name("another"))
        yield what, copy
    with changed("one file more") as (what, path):
        (copy / "more").write_bytes(b"")
        yield what, copy


def main() -> None:
    modelpack, place = os.path.realpath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    signers = [Signer(place, curve) for curve in CURVES]
    failures, checks = [], 0

    def expect(condition: bool, what: str) -> None:
        nonlocal checks
        checks += 1
        if not condition:
            failures.append(what)

    for number, files in enumerate(folders(random.Random(1)), 1):
        folder = place / f"folder {number}"
        write(folder, files)
        for signer in signers:
            for certified in (False, True):
                what = f"{folder.name}, {signer.key.stem}{', certified' if certified else ''}"
                trust = ["--root", signer.root] if certified else ["--key", signer.public]
                chain = ["--certificate", signer.leaf, "--certificate", signer.chain] if certified else []
                mine, yours = place / "ours.sig", place / "theirs.sig"
                expect(ours(modelpack, "sign", folder, "--key", signer.key, *chain, "--output", mine) == 0,
                       f"{what}: modelpack does not sign")
                theirs_sign(folder, yours, signer, certified)
                for made, by in ((mine, "modelpack"), (yours, "model_signing")):
                    expect(theirs_verify(folder, made, signer, certified), f"{what}: model_signing refuses {by}'s")
                    expect(ours(modelpack, "verify", folder, "--signature", made, *trust) == 0,
                           f"{what}: modelpack refuses {by}'s")
                if signer is not signers[number % 3]:
                    continue
                for change, copy in damaged(folder):
                    expect(not theirs_verify(copy, mine, signer, certified), f"{what}: model_signing misses {change}")
                    expect(ours(modelpack, "verify", copy, "--signature", yours, *trust) == 3,
                           f"{what}: modelpack misses {change}")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{checks} checks over 20 folders, three curves, keys and certificates: {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
