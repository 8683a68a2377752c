"""Delegations and artifacts."""

import hashlib
import json
import unittest

from repository import PAST
from world import ClientCase


class Artifacts(ClientCase):
    def test_once_and_again(self):
        self.repository.add_target("folder/a file.txt", b"one")
        self.repository.add_target("b", b"two", digests=("sha512",))
        self.repository.add_target("c", b"three", digests=("sha256", "sha512"))
        self.repository.publish()
        self.assert_good(self.download("b", "folder/a file.txt"))
        self.assertEqual(self.artifacts(), [b"two", b"one"])
        digest = hashlib.sha256(b"one").hexdigest()
        self.assertEqual(self.asked()[-1], f"targets/folder/{digest}.a%20file.txt")
        self.assert_good(self.download("b", "c"))
        self.assertEqual(self.artifacts(), [b"two", b"one", b"three"])
        self.assertEqual(len([path for path in self.asked() if path.startswith("targets/")]), 1)

    def test_changed(self):
        self.repository.add_target("a", b"old")
        self.repository.publish()
        self.assert_good(self.download("a"))
        self.repository.add_target("a", b"new content")
        self.repository.publish()
        self.assert_good(self.download("a"))
        self.assertEqual(self.artifacts(), [b"new content"])

    def test_refused(self):
        self.repository.add_target("good", b"good")
        self.repository.add_target("other", b"what is served", announced=b"what is signed")
        self.repository.add_target("longer", b"abcd", announced=b"abc")
        self.repository.add_target("shorter", b"ab", announced=b"abc")
        self.repository.publish()
        for name in ("other", "longer", "shorter", "none"):
            self.assert_refused(self.download("good", name))
            self.assertEqual(self.artifacts(), [b"good"])
        self.assertEqual([file.name for file in self.targets.iterdir()], ["good"])

    def test_unknown_digest(self):
        self.repository.add_target("a", b"content")
        self.repository.targets.targets["a"].hashes = {"md6": "00" * 32}
        self.repository.publish()
        self.assert_refused(self.download("a"))
        self.assertEqual(self.artifacts(), [])


class DelegationGraphs(ClientCase):
    def build(self, edges, target=None):
        """edges: (parent, name, paths, terminating); target: the role that has the file `f`."""
        for parent, name, paths, terminating in edges:
            signer = self.repository.signers.get(name, [None])[0]
            self.repository.delegate(parent, name, paths, terminating, signer)
        for name, signers in self.repository.signers.items():
            self.repository.signers[name] = list({signer.public_key.keyid: signer for signer in signers}.values())
        if target:
            self.repository.add_target("f", b"content", target)
        self.repository.publish()

    def visited(self):
        skipped = ("root", "timestamp", "snapshot", "targets")
        asked = [path.split(".")[1] for path in self.asked() if not path.startswith(("targets/", "timestamp"))]
        return [role for role in asked if role not in skipped]

    def test_order(self):
        """Graphs, the roles that are asked in order, and where the file is."""
        everything = ["*"]
        graphs = [
            ("single", [("targets", "a", everything, False)], None, ["a"]),
            ("found at once", [("targets", "a", everything, False), ("targets", "b", everything, False)], "a", ["a"]),
            ("pre-order", [("targets", "a", everything, False), ("targets", "b", everything, False),
                           ("a", "c", everything, False), ("b", "d", everything, False)], None, ["a", "c", "b", "d"]),
            ("terminating", [("targets", "a", everything, True), ("targets", "b", everything, False),
                             ("a", "c", everything, False)], "b", ["a", "c"]),
            ("terminating below", [("targets", "a", everything, False), ("targets", "b", everything, False),
                                   ("a", "c", everything, True), ("a", "d", everything, False)], "b", ["a", "c"]),
            ("cycle", [("targets", "a", everything, False), ("a", "b", everything, False),
                       ("b", "a", everything, False)], None, ["a", "b"]),
            ("paths that don't match", [("targets", "a", ["x/*"], False), ("targets", "b", ["?"], False)], "b", ["b"]),
            ("every role must match", [("targets", "a", ["x"], False), ("a", "b", everything, False)], "b", []),
        ]
        for name, edges, target, expected in graphs:
            with self.subTest(name):
                self.setUp()
                self.build(edges, target)
                status = self.download("f")
                self.assertEqual(self.visited(), expected)
                (self.assert_good if target in expected else self.assert_refused)(status)
                for role in expected:
                    self.assertTrue((self.metadata / f"{role}.json").exists())

    def test_patterns(self):
        for pattern, path, matches in (
            ("*.md", "README.md", True), ("*.md", "releases/README.md", False), ("*.md", "README.MD", False),
            ("releases/*/*", "releases/a/b", True), ("releases/*/*", "releases/b", False),
            ("foo-?.tgz", "foo-a.tgz", True), ("foo-?.tgz", "foo-alpha.tgz", False), ("*", "a", True), ("a", "ab", False),
        ):
            with self.subTest(pattern=pattern, path=path):
                self.setUp()
                self.repository.delegate("targets", "role", [pattern])
                self.repository.add_target(path, b"content", "role")
                self.repository.publish()
                (self.assert_good if matches else self.assert_refused)(self.download(path))
                self.assertEqual(self.artifacts(), [b"content"] if matches else [])

    def test_too_many(self):
        """The thirty-third delegated role isn't asked."""
        self.build([("targets", f"r{index:02}", ["*"], False) for index in range(40)], "r35")
        self.assert_refused(self.download("f"))
        self.assertEqual(len(self.visited()), 32)

    def test_names(self):
        for name, quoted in (
            ("?", "%3F"), ("#", "%23"), ("/delegatedrole", "%2Fdelegatedrole"), ("../delegatedrole", "..%2Fdelegatedrole"),
        ):
            with self.subTest(name):
                self.setUp()
                self.repository.delegate("targets", name, ["*"])
                self.repository.add_target("f", b"content", name)
                self.repository.publish(bump=False)
                self.assert_good(self.download("f"))
                self.assertIn(f"1.{quoted}.json", self.asked())
                self.assertEqual(len(list(self.metadata.glob("*.json"))), 5)
                self.assertEqual(len(list(self.folder.rglob("*.json"))), 5)

    def test_names_of_top_level_roles_are_refused(self):
        self.repository.delegate("targets", "x", ["*"])
        self.repository.publish()
        targets = json.loads(self.repository.files["metadata/2.targets.json"])["signed"]
        for name in ("root", "targets", ""):
            targets["delegations"]["roles"][0]["name"] = name
            self.serve_raw_targets(targets)
            self.assert_refused(self.refresh())
            self.assertIsNone(self.stored("targets"))

    def serve_raw_targets(self, signed):
        from securesystemslib.formats import encode_canonical

        signature = self.repository.signers["targets"][0].sign(encode_canonical(signed).encode()).to_dict()
        data = json.dumps({"signed": signed, "signatures": [signature]}).encode()
        self.repository.files["metadata/2.targets.json"] = data

    def test_not_in_the_snapshot(self):
        self.repository.delegate("targets", "missing", ["*"], listed=False)
        self.repository.publish()
        self.assert_good(self.refresh())
        self.assert_refused(self.download("f"))
        self.assertEqual(self.visited(), [])

    def test_untrusted_role_is_not_kept(self):
        self.build([("targets", "delegated", ["*"], False)], "delegated")
        signer = self.repository.signers["delegated"]
        for problem in ("unsigned", "expired", "version", "digest"):
            with self.subTest(problem):
                self.repository.with_digests = problem == "digest"
                self.repository.signers["delegated"] = [] if problem == "unsigned" else signer
                before = self.repository.delegated["delegated"].expires
                self.repository.delegated["delegated"].expires = PAST if problem == "expired" else before
                self.repository.publish()
                self.repository.delegated["delegated"].expires = before
                version = self.repository.delegated["delegated"].version
                name = f"metadata/{version}.delegated.json"
                if problem == "version":
                    self.repository.files[name] = self.repository.files[f"metadata/{version - 1}.delegated.json"]
                if problem == "digest":
                    self.repository.files[name] += b" "
                self.assert_refused(self.download("f"))
                self.assertIsNone(self.stored("delegated"))
        self.repository.publish()
        self.assert_good(self.download("f"))

    def test_rollback_of_a_delegated_role(self):
        self.build([("targets", "a", ["*"], False)], "a")
        self.assert_good(self.download("f"))
        self.repository.delegated["a"].version = 0
        self.repository.publish()
        self.assert_refused(self.download("f"))
        self.assertEqual(self.stored("a"), 2)

    def test_two_parents_with_different_keys(self):
        """The third role is known by the first parent's key; the second parent's key never signed it."""
        self.repository.delegate("targets", "a", ["one"])
        self.repository.delegate("targets", "b", ["two"])
        self.repository.delegate("a", "third", ["*"])
        self.repository.delegate("b", "third", ["*"])
        first, second = self.repository.signers["third"]
        self.repository.add_target("one", b"1", "third")
        self.repository.add_target("two", b"2", "third")
        self.repository.signers["third"] = [first]
        self.repository.publish()
        self.assert_refused(self.download("one", "two"))
        self.assertEqual(self.artifacts(), [b"1"])
        self.assert_refused(self.download("two"))
        self.repository.signers["third"] = [first, second]
        self.repository.publish()
        self.assert_good(self.download("one", "two"))
        self.assertEqual(self.artifacts(), [b"1", b"2"])


if __name__ == "__main__":
    unittest.main()
