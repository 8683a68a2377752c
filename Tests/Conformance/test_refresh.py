"""The client workflow for the four top-level roles: order, versions, expiry, what is kept."""

import hashlib
import json
import unittest

from repository import LATER, PAST, MetaFile
from world import ClientCase


class Refreshing(ClientCase):
    def test_first_and_second(self):
        self.assert_good(self.refresh())
        self.assertEqual(self.asked(), ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"])
        for role, name in {"timestamp": "timestamp", "snapshot": "1.snapshot", "targets": "1.targets"}.items():
            kept = (self.metadata / f"{role}.json").read_bytes()
            self.assertEqual(kept, self.repository.files[f"metadata/{name}.json"])
        self.assert_good(self.refresh())
        self.assertEqual(self.asked(), ["2.root.json", "timestamp.json"])
        self.assertEqual(len(list(self.metadata.glob("*.json"))), 4)

    def test_bytes_are_kept_as_they_came(self):
        self.repository.files["metadata/1.targets.json"] += b"\n  "
        self.assert_good(self.refresh())
        self.assertTrue((self.metadata / "targets.json").read_bytes().endswith(b"\n  "))

    def test_usage(self):
        for words in (["frobnicate"], ["refresh"], [], ["init"], ["download"]):
            self.assert_refused(self.run_client(*words))
        self.assertEqual(self.asked(), [])

    def test_broken_first_root(self):
        root = json.loads(self.repository.trusted_root)
        del root["signed"]["version"]
        unsigned = json.loads(self.repository.trusted_root)
        unsigned["signatures"] = []
        for broken in (json.dumps(root).encode(), json.dumps(unsigned).encode(), b"{", b""):
            self.initialize(broken)
            self.assert_refused(self.refresh())
            self.assertEqual(self.asked(), [])

    def test_missing_files(self):
        for name, kept in {
            "timestamp.json": {"timestamp": None, "snapshot": None, "targets": None},
            "1.snapshot.json": {"snapshot": None, "targets": None},
            "1.targets.json": {"targets": None},
        }.items():
            with self.subTest(name):
                self.setUp()
                del self.repository.files["metadata/" + name]
                self.assert_refused(self.refresh())
                self.assert_stored(**kept)
                self.assertEqual(self.asked()[-1], name)

    def test_unsigned(self):
        kept = {"timestamp": None, "snapshot": None, "targets": None}
        for role in ("timestamp", "snapshot", "targets"):
            with self.subTest(role):
                self.setUp()
                self.repository.signers[role] = []
                self.repository.publish(bump=False)
                self.assert_refused(self.refresh())
                self.assert_stored(**kept)
            del kept[role]
        self.setUp()
        self.repository.signers["root"] = []
        self.repository.publish_root()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=None, snapshot=None, targets=None)
        self.assertEqual(self.asked(), ["2.root.json"])

    def test_what_the_snapshot_does_not_name(self):
        """New targets of which no snapshot tells are not asked for."""
        self.assert_good(self.refresh())
        self.asked()
        self.repository.targets.version = 2
        self.repository.serve_targets("targets", self.repository.targets)
        self.assert_good(self.refresh())
        self.assertEqual(self.asked(), ["2.root.json", "timestamp.json"])
        self.assert_stored()

    def test_roles_that_nobody_uses_in_the_snapshot(self):
        """As the public repository of Sigstore has them: root's own file, a role of old, two digests."""
        data = self.repository.files["metadata/1.root.json"]
        both = {name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha512")}
        self.repository.snapshot.meta["root.json"] = MetaFile(1, len(data), both)
        self.repository.snapshot.meta["rekor.json"] = MetaFile(3)
        self.repository.publish()
        self.assert_good(self.refresh())
        self.assert_stored(timestamp=2, snapshot=2, targets=2)

    def test_wrong_digest_of_new_targets(self):
        self.repository.with_digests = True
        self.repository.publish()
        self.assert_good(self.refresh())
        self.repository.publish()
        self.repository.snapshot.meta["targets.json"].hashes["sha256"] = "46" * 32
        self.repository.publish_snapshot()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=4, snapshot=4, targets=2)

    def test_expired(self):
        kept = {"timestamp": None, "snapshot": None, "targets": None}
        for role in ("timestamp", "snapshot", "targets"):
            with self.subTest(role):
                self.setUp()
                getattr(self.repository, role).expires = PAST
                self.repository.publish(bump=False)
                self.assert_refused(self.refresh())
                self.assert_stored(**kept)
            del kept[role]

    def test_expired_local_timestamp_still_counts(self):
        self.repository.timestamp.version = 7
        self.repository.timestamp.expires = LATER.replace(year=LATER.year + 1)
        self.repository.publish_timestamp(bump=False)
        self.assert_good(self.refresh())
        after = (LATER.replace(year=LATER.year + 2)).strftime("%Y-%m-%d %H:%M:%S")
        for signed in (self.repository.root, self.repository.snapshot, self.repository.targets):
            signed.expires = LATER.replace(year=LATER.year + 5)
        self.repository.timestamp.expires = LATER.replace(year=LATER.year + 5)
        self.repository.publish_root()
        self.repository.publish(bump=True)
        self.repository.timestamp.version = 6
        self.repository.publish_timestamp(bump=False)
        self.assert_refused(self.refresh(faketime=after))
        self.assertEqual(self.stored("timestamp"), 7)
        self.repository.timestamp.version = 8
        self.repository.publish_timestamp(bump=False)
        self.assert_good(self.refresh(faketime=after))

    def test_clock_moved(self):
        self.assert_refused(self.refresh(faketime=LATER.strftime("%Y-%m-%d %H:%M:%S.123456+00:00")))
        self.assert_good(self.refresh())

    def test_another_roles_file(self):
        self.repository.set_keys("timestamp", 1, 1)
        self.repository.signers["timestamp"] = self.repository.signers["snapshot"]
        self.repository.root.add_key(self.repository.signers["snapshot"][0].public_key, "timestamp")
        self.repository.publish_root()
        self.repository.files["metadata/timestamp.json"] = self.repository.files["metadata/1.snapshot.json"]
        self.assert_refused(self.refresh())
        self.assert_stored(root=2, timestamp=None, snapshot=None, targets=None)

    def test_wrong_versions_inside(self):
        for role, kept in {"snapshot": {"snapshot": None, "targets": None}, "targets": {"targets": None}}.items():
            with self.subTest(role):
                self.setUp()
                getattr(self.repository, role).version = 2
                data = self.repository.encode(getattr(self.repository, role), self.repository.signers[role])
                self.repository.files[f"metadata/1.{role}.json"] = data
                self.assert_refused(self.refresh())
                self.assert_stored(**kept)

    def test_digests_bind(self):
        for role, kept in {"snapshot": {"snapshot": None, "targets": None}, "targets": {"targets": None}}.items():
            with self.subTest(role):
                self.setUp()
                self.repository.with_digests = True
                self.repository.publish(bump=False)
                self.repository.files[f"metadata/1.{role}.json"] += b" "
                self.assert_refused(self.refresh())
                self.assert_stored(**kept)


class RollingBack(ClientCase):
    def setUp(self):
        super().setUp()
        for signed in (self.repository.targets, self.repository.snapshot, self.repository.timestamp):
            signed.version = 5
        self.repository.publish(bump=False)
        self.assert_good(self.refresh())
        self.asked()

    def kept(self):
        self.assert_stored(timestamp=5, snapshot=5, targets=5)

    def test_timestamp_falls(self):
        self.repository.timestamp.version = 4
        self.repository.publish_timestamp(bump=False)
        self.assert_refused(self.refresh())
        self.kept()

    def test_same_timestamp_with_other_content(self):
        self.repository.snapshot.version = 9
        self.repository.publish_snapshot(bump=False)
        self.assert_good(self.refresh())
        self.assertEqual(self.asked(), ["2.root.json", "timestamp.json"])
        self.kept()

    def test_snapshot_falls(self):
        self.repository.snapshot.version = 3
        self.repository.publish_snapshot()
        self.assert_refused(self.refresh())
        self.kept()

    def test_snapshot_of_another_version(self):
        """What is served under the version that the timestamp names has another one inside."""
        self.repository.snapshot.version = 7
        data = self.repository.encode(self.repository.snapshot, self.repository.signers["snapshot"])
        self.repository.publish_snapshot(bump=True)
        self.repository.files["metadata/8.snapshot.json"] = data
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=6, snapshot=5, targets=5)
        self.assertEqual(self.asked()[-1], "8.snapshot.json")

    def test_snapshot_falls_with_digests(self):
        self.repository.with_digests = True
        self.repository.publish()
        self.assert_good(self.refresh())
        self.repository.snapshot.version = 3
        self.repository.publish_snapshot()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=6, snapshot=6, targets=6)
        self.assertEqual(self.asked()[-1], "timestamp.json")

    def test_fast_forward_recovery_of_targets(self):
        """A new snapshot key is enough: targets and delegated roles may go back, or go."""
        self.repository.delegate("targets", "gone", ["gone/*"])
        self.repository.targets.version = 99
        self.repository.publish()
        self.assert_good(self.refresh())
        self.repository.set_keys("snapshot", 1, 1)
        self.repository.publish_root()
        self.repository.targets.version = 1
        del self.repository.delegated["gone"]
        self.repository.targets.delegations = None
        self.repository.snapshot.meta = {}
        self.repository.publish()
        self.assert_good(self.refresh())
        self.assert_stored(root=2, timestamp=7, snapshot=7, targets=2)

    def test_targets_fall_in_snapshot(self):
        self.repository.targets.version = 3
        self.repository.publish()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=6, snapshot=5, targets=5)

    def test_role_vanishes_from_snapshot(self):
        self.repository.delegate("targets", "gone", ["gone/*"])
        self.repository.publish()
        self.assert_good(self.refresh())
        del self.repository.snapshot.meta["gone.json"]
        self.repository.publish_snapshot()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=7, snapshot=6, targets=6)

    def test_local_snapshot_counts_whatever_its_digest(self):
        self.repository.with_digests = True
        self.repository.targets.version = 3
        self.repository.publish()
        self.assert_refused(self.refresh())
        self.assert_stored(timestamp=6, snapshot=5, targets=5)

    def test_fast_forward_recovery_of_snapshot(self):
        self.repository.targets.version = 99
        self.repository.snapshot.version = 99
        self.repository.publish()
        self.assert_good(self.refresh())
        self.repository.set_keys("snapshot", 1, 1)
        self.repository.set_keys("timestamp", 1, 1)
        self.repository.publish_root()
        for signed in (self.repository.targets, self.repository.snapshot, self.repository.timestamp):
            signed.version = 1
        self.repository.snapshot.meta = {}
        self.repository.publish(bump=False)
        self.assert_good(self.refresh())
        self.assert_stored(root=2)

    def test_fast_forward_recovery_of_timestamp(self):
        self.repository.set_keys("timestamp", 1, 1)
        self.repository.publish_root()
        self.repository.timestamp.version = 1
        self.repository.publish_timestamp(bump=False)
        self.assert_good(self.refresh())
        self.assert_stored(root=2, timestamp=1, snapshot=5, targets=5)


if __name__ == "__main__":
    unittest.main()
