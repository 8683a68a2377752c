#!/usr/bin/env python3
"""python-tuf's client reads one of our repositories over HTTP and downloads every file it names.

usage: tuf_client.py REPOSITORY [SUFFIX...]

Starts from REPOSITORY/metadata/1.root.json. With SUFFIXes, each must be the end of a downloaded target's path.
Needs python-tuf (pip install tuf).
"""

import functools
import hashlib
import http.server
import os
import sys
import tempfile
import threading

from tuf.ngclient import Updater


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def serve(folder):
    handler = functools.partial(QuietHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main(repository, suffixes):
    address = serve(repository)
    with open(os.path.join(repository, "metadata", "1.root.json"), "rb") as file:
        root = file.read()
    downloaded = []
    with tempfile.TemporaryDirectory() as metadata, tempfile.TemporaryDirectory() as targets:
        updater = Updater(
            metadata, f"{address}/metadata/", targets, f"{address}/targets/", bootstrap=root
        )
        updater.refresh()
        targets = updater._trusted_set.targets
        roles = targets.delegations.roles.values() if targets.delegations else []
        # Channels are delegated one path each.
        for path in sorted(targets.targets) + sorted(path for role in roles for path in role.paths):
            info = updater.get_targetinfo(path)
            with open(updater.download_target(info), "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            assert digest == info.hashes["sha256"], path
            downloaded.append(path)
            print(f"python-tuf: {path} {digest}")
    for suffix in suffixes:
        assert any(path.endswith(suffix) for path in downloaded), f"no target ends in {suffix}"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
