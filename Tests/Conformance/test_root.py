"""Roots follow each other: keys, thresholds, signatures."""

import json
import unittest

from repository import LATER, PAST
from securesystemslib.signer import CryptoSigner
from world import ClientCase


class RootChain(ClientCase):
    def test_rotations(self):
        """From n of m to n of m, every key swapped, in one refresh of three new roots."""
        for counts in ([(1, 1), (3, 2), (5, 3)], [(2, 2), (1, 1), (3, 3)], [(5, 3), (4, 1), (2, 2)]):
            with self.subTest(counts):
                self.setUp()
                for count, threshold in counts:
                    old = self.repository.set_keys("root", count, threshold)
                    self.repository.publish_root(also=old)
                self.assert_good(self.refresh())
                self.assert_stored(root=4)

    def test_old_or_new_signatures_are_missing(self):
        for missing in ("old", "new", "one new"):
            with self.subTest(missing):
                self.setUp()
                old = self.repository.set_keys("root", 3, 3)
                new = self.repository.signers["root"]
                self.repository.signers["root"] = {"old": new, "new": [], "one new": new[:2]}[missing]
                self.repository.publish_root(also=[] if missing == "old" else old)
                self.assert_refused(self.refresh())
                self.assert_stored(timestamp=None, snapshot=None, targets=None)

    def test_version_inside(self):
        for version in (1, 3):
            with self.subTest(version):
                self.setUp()
                self.repository.root.version = version
                data = self.repository.encode(self.repository.root, self.repository.signers["root"])
                self.repository.files["metadata/2.root.json"] = data
                self.assert_refused(self.refresh())
                self.assertEqual(self.stored("root"), 1)

    def test_expiry_counts_for_the_newest_only(self):
        self.repository.root.expires = PAST
        self.repository.publish_root()
        self.assert_refused(self.refresh())
        self.assert_stored(root=2, timestamp=None, snapshot=None, targets=None)
        self.repository.root.expires = LATER
        self.repository.publish_root()
        self.assert_good(self.refresh())
        self.assert_stored(root=3)

    def test_long_chain(self):
        for _ in range(60):
            self.repository.publish_root()
        self.assert_good(self.refresh())
        self.assertEqual(self.stored("root"), 61)

    def test_kinds_of_keys(self):
        for name in ("rsa", "ecdsa", "ed25519"):
            with self.subTest(name):
                self.setUp()
                signer = getattr(CryptoSigner, f"generate_{name}")()
                self.repository.root.add_key(signer.public_key, "root")
                self.repository.root.roles["root"].threshold = 2
                self.repository.signers["root"].append(signer)
                good = self.repository.publish_root()
                other = getattr(CryptoSigner, f"generate_{name}")()
                wrong = other.sign(b"something else").signature
                root = json.loads(good)
                for signature in root["signatures"]:
                    if signature["keyid"] == signer.public_key.keyid:
                        signature["sig"] = wrong
                self.repository.files["metadata/2.root.json"] = json.dumps(root).encode()
                self.assert_refused(self.refresh())
                self.repository.files["metadata/2.root.json"] = good
                self.assert_good(self.refresh())

    def test_signatures_that_are_passed_over(self):
        data = json.loads(self.repository.publish_root())
        stranger = CryptoSigner.generate_ed25519()
        data["signatures"].append({"keyid": "00" * 32, "sig": "ab"})
        data["signatures"].append({"keyid": stranger.public_key.keyid, "sig": ""})
        self.repository.files["metadata/2.root.json"] = json.dumps(data).encode()
        self.assert_good(self.refresh())

    def test_repeated_signature(self):
        data = json.loads(self.repository.publish_root())
        data["signatures"] *= 2
        self.repository.files["metadata/2.root.json"] = json.dumps(data).encode()
        self.assert_refused(self.refresh())
        self.assertEqual(self.stored("root"), 1)

    def test_one_key_many_times_in_a_role(self):
        key = self.repository.signers["snapshot"][0].public_key.keyid
        root = json.loads(self.repository.publish_root())["signed"]
        root["roles"]["snapshot"] = {"keyids": [key] * 9, "threshold": 6}
        self.serve_raw_root(root)
        snapshot = json.loads(self.repository.files["metadata/1.snapshot.json"])
        snapshot["signatures"] *= 9
        self.repository.files["metadata/1.snapshot.json"] = json.dumps(snapshot).encode()
        self.assert_refused(self.refresh())
        self.assertIsNone(self.stored("snapshot"))

    def test_threshold_above_the_number_of_keys(self):
        self.repository.root.roles["targets"].threshold = 4
        self.repository.publish_root()
        self.assert_refused(self.refresh())
        self.assert_stored(root=2, targets=None)

    def test_unknown_fields_are_signed(self):
        root = json.loads(self.repository.publish_root())["signed"]
        root["x-note"] = {"é\n": [True, None, -3, "\\\""]}
        for key in root["keys"].values():
            key["keyid_hash_algorithms"] = "md5"
        root["roles"]["root"]["extra-field"] = {"a": []}
        root["spec_version"] = "1.0"
        self.serve_raw_root(root)
        self.assert_good(self.refresh())

    def serve_raw_root(self, signed):
        from securesystemslib.formats import encode_canonical

        message = encode_canonical(signed).encode()
        signatures = [signer.sign(message).to_dict() for signer in self.repository.signers["root"]]
        data = json.dumps({"signed": signed, "signatures": signatures}, indent=1).encode()
        self.repository.files["metadata/2.root.json"] = data

    def test_rotations_of_other_roles(self):
        for role in ("timestamp", "snapshot", "targets"):
            for count, threshold, signing in ((1, 1, 1), (3, 2, 2), (5, 3, 3), (1, 1, 0), (3, 2, 1), (5, 3, 2)):
                with self.subTest(role=role, count=count, signing=signing):
                    self.setUp()
                    self.assert_good(self.refresh())
                    self.repository.set_keys(role, count, threshold)
                    self.repository.signers[role] = self.repository.signers[role][:signing]
                    self.repository.publish_root()
                    self.repository.publish()
                    status = self.refresh()
                    (self.assert_good if signing == threshold else self.assert_refused)(status)
                    self.assertEqual(self.stored(role), 2 if signing == threshold else 1)


if __name__ == "__main__":
    unittest.main()
