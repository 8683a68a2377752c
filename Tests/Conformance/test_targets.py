"""Delegations and artifacts."""

import datetime
import hashlib
import json
import unittest

from repository import LATER, NOW, PAST
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, SuccinctRoles, Targets
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

    def test_changes_and_forgeries_by_turns(self):
        self.repository.add_target("a", b"content")
        self.repository.publish()
        self.assert_good(self.download("a"))
        last = b"content"
        expected = [last]
        for number in range(7):
            content, other = f"changed {number}".encode(), f"new {number}".encode()
            self.repository.add_target("a", content)
            self.repository.add_target(f"new-{number}", other)
            self.repository.publish()
            if number % 3:
                continue
            self.assert_good(self.download("a"))
            expected.remove(last)
            expected.append(content)
            last = content
            self.assertEqual(self.artifacts(), expected)
            self.assert_good(self.download(f"new-{number}"))
            expected.append(other)
            self.assertEqual(self.artifacts(), expected)
            self.repository.files[f"targets/{hashlib.sha256(content).hexdigest()}.a"] = b"forged"
            self.repository.publish()
            self.download("a")
            self.assertEqual(self.artifacts(), expected)

    def test_nothing_of_that_name(self):
        self.assert_refused(self.download("nothing"))
        self.assertEqual(self.asked(), ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"])
        self.assert_stored()

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
        def any_path(*edges):
            return [(parent, name, ["*"], False) for parent, name in edges]

        graphs = [
            ("one", any_path(("targets", "a")), None, "a"),
            ("two", any_path(("targets", "a"), ("targets", "b")), None, "ab"),
            ("found at once", any_path(("targets", "a"), ("targets", "b")), "a", "a"),
            ("below the last", any_path(("targets", "a"), ("targets", "b"), ("b", "c")), None, "abc"),
            ("below the first", any_path(("targets", "a"), ("targets", "b"), ("a", "c"), ("a", "d")), None, "acdb"),
            ("three levels", any_path(("targets", "a"), ("targets", "b"), ("a", "c"), ("c", "d")), None, "acdb"),
            ("on both sides", any_path(("targets", "a"), ("targets", "b"), ("a", "c"), ("b", "d")), None, "acbd"),
            ("cycle", any_path(("targets", "a"), ("a", "b"), ("b", "a")), None, "ab"),
            ("longer cycle", any_path(("targets", "a"), ("targets", "b"), ("b", "c"), ("c", "d"), ("d", "b")), None,
             "abcd"),
            ("two lead to a third", any_path(("targets", "a"), ("targets", "b"), ("b", "c"), ("a", "c")), None, "acb"),
            ("one of two leads to a third", any_path(("targets", "a"), ("targets", "b"), ("b", "c"))
             + [("a", "c", ["*.py"], False)], None, "abc"),
            ("terminating", [("targets", "a", ["*"], True), *any_path(("targets", "b"), ("a", "c"))], "b", "ac"),
            ("terminating below", [*any_path(("targets", "a"), ("targets", "b")), ("a", "c", ["*"], True),
                                   *any_path(("a", "d"))], "b", "ac"),
            ("below a terminating one", [*any_path(("targets", "a"), ("targets", "b")), ("a", "c", ["*"], True),
                                         *any_path(("c", "d"))], "b", "acd"),
            ("paths that don't match", [("targets", "a", ["x/*"], False), ("targets", "b", ["?"], False),
                                        *any_path(("a", "c"))], "b", "b"),
            ("paths that don't match below", [*any_path(("targets", "a"), ("targets", "b")),
                                              ("a", "c", ["*.py"], False), *any_path(("c", "d"))], None, "ab"),
            ("every role must match", [("targets", "a", ["x"], False), *any_path(("a", "b"))], "b", ""),
        ]
        for name, edges, target, expected in graphs:
            with self.subTest(name):
                self.setUp()
                self.build(edges, target)
                status = self.download("f")
                self.assertEqual("".join(self.visited()), expected)
                (self.assert_good if target and target in expected else self.assert_refused)(status)
                for role in expected:
                    self.assertTrue((self.metadata / f"{role}.json").exists())

    def test_tree(self):
        """Files in roles two levels down; one whose path only the lower role may speak of."""
        for path, asked, found in (("file", [], True), ("README.md", ["a"], True), ("releases/x/1", ["b", "c"], True),
                                   ("releases/y/1.zip", ["b", "d"], True), ("releases/z/1.zip", ["b"], False)):
            with self.subTest(path):
                self.setUp()
                self.build([("targets", "a", ["*.doc", "*.md"], False), ("targets", "b", ["releases/*/*"], False),
                            ("b", "c", ["releases/x/*"], False), ("b", "d", ["releases/y/*.zip"], False)])
                for name, role in (("file", "targets"), ("README.md", "a"), ("releases/x/1", "c"),
                                   ("releases/y/1.zip", "d"), ("releases/z/1.zip", "d")):
                    self.repository.add_target(name, name.encode(), role)
                self.repository.publish()
                (self.assert_good if found else self.assert_refused)(self.download(path))
                self.assertEqual(self.visited(), asked)
                self.assertEqual(self.artifacts(), [path.encode()] if found else [])

    def test_bins(self):
        """Roles that share all paths by digest: named one by one, and in short (TAP 15)."""
        for is_succinct in (False, True):
            with self.subTest(is_succinct=is_succinct):
                self.setUp()
                signer = CryptoSigner.generate_ed25519()
                key = signer.public_key
                names = [f"bin-{number:x}" for number in range(16)]
                succinct = SuccinctRoles([key.keyid], 1, 4, "bin")
                roles = {name: DelegatedRole(name, [key.keyid], 1, True, path_hash_prefixes=[name[-1]])
                         for name in names}
                self.repository.targets.delegations = Delegations(
                    {key.keyid: key}, None if is_succinct else roles, succinct if is_succinct else None)
                for name in names:
                    self.repository.delegated[name] = Targets(expires=LATER)
                    self.repository.signers[name] = [signer]
                paths = [f"folder/{number}" for number in range(5)]
                bins = ["bin-" + hashlib.sha256(path.encode()).hexdigest()[0] for path in paths]
                for path, role in zip(paths, bins):
                    self.repository.add_target(path, path.encode(), role)
                # A bin speaks of its own paths only.
                other = next(name for name in names if name not in bins)
                self.repository.add_target(paths[0], b"another's", other)
                self.repository.add_target(paths[0], paths[0].encode(), bins[0])
                self.repository.publish()
                self.assert_good(self.download(*paths))
                self.assertEqual(self.artifacts(), [path.encode() for path in paths])
                self.assertEqual(set(self.visited()), set(bins))
                self.assert_refused(self.download("folder/none"))

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
            ("registry.example.org", "registry.example.org"), ("é %41", "%C3%A9%20%2541"),
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

    def test_expired_since(self):
        """A delegated role that was good when it was kept, and no longer is; then a newer one is there."""
        self.build([("targets", "a", ["*"], False)])
        self.repository.add_target("first", b"1", "a")
        self.repository.add_target("second", b"2", "a")
        self.repository.delegated["a"].expires = NOW + datetime.timedelta(days=7)
        self.repository.publish()
        self.assert_good(self.download("first"))
        after = (NOW + datetime.timedelta(days=18)).strftime("%Y-%m-%d %H:%M:%S.123456+00:00")
        self.assert_refused(self.download("second", faketime=after))
        self.assertEqual(self.artifacts(), [b"1"])
        self.repository.delegated["a"].expires = NOW + datetime.timedelta(days=21)
        self.repository.publish()
        self.assert_good(self.download("second", faketime=after))
        self.assertEqual(len(self.artifacts()), 2)

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
