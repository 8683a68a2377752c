"""Who may sign a role: every combination of keys, thresholds and signatures, for root and for the others."""

import unittest

from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner, SSlibKey
from world import ClientCase

# Keys of the role, threshold, signers, for each version of root; whether the last one is taken.
ROOTS = {
    "one key follows another, signed by both": ([([1], 1, [1]), ([2], 1, [2, 1]), ([2], 1, [2])], True),
    "strangers sign, too": ([([1], 1, [3, 1, 4]), ([2], 1, [3, 2, 1, 4]), ([2], 1, [3, 2, 4])], True),
    "other three of five each time": (
        [(range(5), 3, [0, 2, 4]), (range(5), 3, [0, 4, 1]), (range(5), 3, [0, 1, 3]), (range(5), 3, [0, 1, 3])], True),
    "one of five is replaced": ([(range(5), 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 1])], True),
    "one of five is replaced, and signs": (
        [(range(5), 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])], True),
    "all five are replaced": (
        [(range(5), 3, [0, 2, 4]), (range(5, 10), 3, [0, 2, 4, 5, 6, 7]), (range(5, 10), 3, [5, 6, 7])], True),
    "the threshold is raised": ([([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])], True),
    "the threshold is lowered": ([([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 2]), ([1, 2, 3], 1, [1])], True),
    "a key and the threshold are added": ([([1], 1, [1]), ([1, 2], 2, [1, 2])], True),
    "the old key does not sign": ([([1], 1, [1]), ([2], 1, [2, 3, 4])], False),
    "the new key does not sign": ([([1], 1, [1]), ([2], 1, [1, 3, 4])], False),
    "too few of the new keys": ([(range(5), 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4])], False),
    "too few of the old keys": ([(range(5), 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])], False),
    "the raised threshold is not reached": ([([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2])], False),
    "the threshold before it was lowered is not reached": ([([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1])], False),
}

# The same for one version of another role.
OTHERS = {
    "its new key": ([2], 1, [2], True),
    "strangers sign, too": ([1], 1, [3, 1, 4], True),
    "the new key does not sign": ([2], 1, [1, 3, 4], False),
    "one of three is no key of it": ([0, 1, 3, 4, 5], 3, [0, 2, 4], False),
    "two where three are needed": ([0, 1, 3, 4, 5], 3, [0, 4], False),
    "three of five": (range(5), 3, [0, 2, 4], True),
    "other three of five": (range(5), 3, [0, 4, 1], True),
    "the neighbours": (range(5), 3, [0, 1, 3], True),
    "none of the first": (range(5), 3, [1, 2, 3], True),
    "the last ones": (range(5), 3, [2, 3, 4], True),
    "all": (range(5), 3, range(5), True),
}

SIGNERS = [CryptoSigner.generate_ed25519() for _ in range(10)]


class Signing(ClientCase):
    def set(self, role, keys, threshold, signers):
        self.repository.root.roles[role].keyids.clear()
        for number in keys:
            self.repository.root.add_key(SIGNERS[number].public_key, role)
        self.repository.root.roles[role].threshold = threshold
        self.repository.signers[role] = [SIGNERS[number] for number in signers]

    def test_roots(self):
        for name, (versions, is_taken) in ROOTS.items():
            with self.subTest(name):
                self.setUp()
                self.repository.root.version = 0
                served = []
                for version in versions:
                    self.set("root", *version)
                    served.append(self.repository.publish_root())
                self.initialize(served[0])
                (self.assert_good if is_taken else self.assert_refused)(self.refresh())
                kept = (self.metadata / "root.json").read_bytes()
                self.assertEqual(kept, served[-1 if is_taken else -2])

    def test_other_roles(self):
        for name, (keys, threshold, signers, is_taken) in OTHERS.items():
            with self.subTest(name):
                self.setUp()
                for role in ("timestamp", "snapshot", "targets"):
                    self.set(role, keys, threshold, signers)
                    self.repository.publish_root()
                    self.repository.publish(bump=False)
                    status = self.refresh()
                    (self.assert_good if is_taken else self.assert_refused)(status)
                    if is_taken:
                        version = "" if role == "timestamp" else "1."
                        kept = (self.metadata / f"{role}.json").read_bytes()
                        self.assertEqual(kept, self.repository.files[f"metadata/{version}{role}.json"])


class Thresholds(ClientCase):
    def setUp(self):
        super().setUp()
        self.assert_good(self.refresh())

    def add_keys(self, count):
        for _ in range(count):
            signer = CryptoSigner.generate_ecdsa()
            self.repository.root.add_key(signer.public_key, "snapshot")
            self.repository.signers["snapshot"].append(signer)

    def refresh_with(self, threshold):
        self.repository.root.roles["snapshot"].threshold = threshold
        self.repository.publish_root()
        self.repository.publish_snapshot()
        return self.refresh()

    def test_keys_come_one_after_the_other(self):
        self.add_keys(1)
        self.assert_refused(self.refresh_with(threshold=3))
        self.assert_stored(root=2, timestamp=2)
        self.add_keys(2)
        self.assert_good(self.refresh_with(threshold=3))
        self.assert_stored(root=3, timestamp=3, snapshot=3)
        self.assert_refused(self.refresh_with(threshold=5))
        self.assert_stored(root=4, timestamp=4, snapshot=3)

    def test_more_than_there_are_keys(self):
        self.add_keys(4)
        self.assert_refused(self.refresh_with(threshold=6))
        self.assert_stored(root=2, timestamp=2)

    def test_an_identifier_without_a_key(self):
        """A role may name a key that the root doesn't hold: it counts for nothing, and is no fault."""
        self.repository.root.roles["snapshot"].keyids.append(CryptoSigner.generate_ecdsa().public_key.keyid)
        self.assert_good(self.refresh_with(threshold=1))
        self.assert_refused(self.refresh_with(threshold=2))
        self.assert_stored(root=3, timestamp=3, snapshot=2)

    def test_identifiers_by_other_digests(self):
        key = self.repository.root.keys[self.repository.root.roles["snapshot"].keyids[0]]
        for value in (["md5"], [], "md5"):
            key.unrecognized_fields["keyid_hash_algorithms"] = value
            self.assert_good(self.refresh_with(threshold=1))

    def test_one_key_under_many_identifiers(self):
        """python-tuf takes an identifier for what it says; the key counts once."""
        signer = CryptoSigner.generate_ecdsa()
        self.repository.signers["snapshot"].append(signer)
        for number in range(9):
            key = SSlibKey.from_dict(f"{number:064}", signer.public_key.to_dict())
            self.repository.root.add_key(key, "snapshot")
        self.assert_refused(self.refresh_with(threshold=6))
        self.assertEqual(self.stored("snapshot"), 1)

    def test_identifiers_that_are_no_digest(self):
        """The root names a key as it likes, as public roots of 2021 do."""
        self.name_key("snapshot-2021", {})
        self.assert_good(self.refresh_with(threshold=1))

    def test_the_old_name_of_the_key_type(self):
        """Before 2023 tools wrote the scheme as the type of ECDSA keys."""
        self.name_key("aa" * 32, {"keytype": "ecdsa-sha2-nistp256"})
        self.assert_good(self.refresh_with(threshold=1))

    def name_key(self, identifier, fields):
        """Gives the snapshot one key that is described and named like this."""
        private = ec.generate_private_key(ec.SECP256R1())
        described = CryptoSigner(private).public_key.to_dict()
        named = SSlibKey.from_dict(identifier, {**described, **fields})
        self.repository.root.roles["snapshot"].keyids.clear()
        self.repository.root.add_key(named, "snapshot")
        self.repository.signers["snapshot"] = [CryptoSigner(private, named)]


if __name__ == "__main__":
    unittest.main()
