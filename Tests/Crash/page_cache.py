"""What may be on a disk after a power cut: the recorded operations, with those that weren't synced dropped at will.

A file system is inodes: files with bytes, folders with entries, links with targets. Bytes, sizes and modes are
durable once the inode is synced; an entry once its folder is, a renamed one once its new folder is. Of what isn't
durable any subset may be there.
"""

import os
import random
import stat
import urllib.parse


class Inode:
    def __init__(self, kind, mode, content):
        # A file's content is bytes, a folder's a dictionary of inode numbers, a link's its target.
        self.kind, self.mode, self.content = kind, mode, content

    def copy(self):
        content = dict(self.content) if self.kind == "folder" else self.content
        return Inode(self.kind, self.mode, content)


class Operation:
    """One record of the log: its word, its numbers and names, and a write's bytes."""

    def __init__(self, words, data=b""):
        self.word, self.data = words[0], data
        self.rest = [urllib.parse.unquote(word) for word in words[1:]]

    @property
    def is_data(self):
        return self.word in ("write", "truncate", "grow")

    def durable_with(self):
        """The number of the inode whose sync makes it durable."""
        return int(self.rest[2] if self.word in ("rename", "exchange") else self.rest[0])


def read_log(path):
    """The operations, in order; those that changed nothing are there, too, as `none`."""
    with open(path, "rb") as file:
        bytes_ = file.read()
    operations, at = [], 0
    while at < len(bytes_):
        end = bytes_.index(b"\n", at)
        words = bytes_[at:end].decode().split(" ")
        at = end + 1
        count = int(words[3]) if words[0] == "write" else 0
        operations.append(Operation(words, bytes_[at:at + count]))
        at += count
    return operations


def scan(path, inodes):
    """Adds what is at `path` to `inodes` and returns its number."""
    status = os.lstat(path)
    number, mode = status.st_ino, stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        entries = {name: scan(os.path.join(path, name), inodes) for name in os.listdir(path)}
        inodes[number] = Inode("folder", mode, entries)
    elif stat.S_ISLNK(status.st_mode):
        inodes[number] = Inode("link", mode, os.readlink(path))
    else:
        with open(path, "rb") as file:
            inodes[number] = Inode("file", mode, file.read())
    return number


def write_out(inodes, number, path, known=None):
    """Makes the tree of inode `number` at `path`; an inode with several names becomes hard links."""
    known = {} if known is None else known
    inode = inodes[number]
    if inode.kind == "folder":
        os.mkdir(path)
        for name, child in inode.content.items():
            write_out(inodes, child, os.path.join(path, name), known)
        os.chmod(path, inode.mode)
    elif inode.kind == "link":
        os.symlink(inode.content, path)
    elif number in known:
        os.link(known[number], path)
    else:
        with open(path, "wb") as file:
            file.write(inode.content)
        os.chmod(path, inode.mode)
        known[number] = path


def resized(content, size):
    return content[:size] + bytes(max(0, size - len(content)))


def apply(inodes, operation, is_hole=False):
    """Lets an operation happen; of a write only the size with `is_hole`."""
    word, rest = operation.word, operation.rest
    if word in ("create", "mkdir", "symlink"):
        inodes[int(rest[0])].content[rest[1]] = int(rest[2])
    elif word == "link":
        inodes[int(rest[0])].content[rest[1]] = int(rest[2])
    elif word == "remove":
        inodes[int(rest[0])].content.pop(rest[1], None)
    elif word in ("rename", "exchange"):
        source = inodes[int(rest[0])].content if rest[0] != "0" else {}
        target = inodes[int(rest[2])].content
        moved, replaced = operation.moved
        if source.get(rest[1]) == moved:
            source.pop(rest[1])
        target[rest[3]] = moved
        if word == "exchange":
            source[rest[1]] = replaced
    elif word == "chmod":
        inodes[int(rest[0])].mode = int(rest[1], 8) & 0o7777
    elif word == "truncate":
        inode = inodes[int(rest[0])]
        inode.content = resized(inode.content, int(rest[1]))
    elif word == "grow":
        inode = inodes[int(rest[0])]
        inode.content = resized(inode.content, max(len(inode.content), int(rest[1])))
    elif word == "write":
        inode, offset = inodes[int(rest[0])], int(rest[1])
        data = bytes(len(operation.data)) if is_hole else operation.data
        content = resized(inode.content, max(len(inode.content), offset))
        inode.content = content[:offset] + data + content[offset + len(data):]


class PowerCuts:
    """All the trees that a run may leave behind: from the inodes before it, and the log of what it did."""

    def __init__(self, start, root, log):
        self.start, self.root = start, root
        self.operations = read_log(log)
        self._name_moves()

    def _name_moves(self):
        """Notes which inodes each rename moves; numbers that are used again get new ones."""
        inodes = {number: inode.copy() for number, inode in self.start.items()}
        aliases, fresh = {}, 1 << 62
        for operation in self.operations:
            positions = {"create": (0, 2), "mkdir": (0, 2), "symlink": (0, 2), "link": (0, 2), "rename": (0, 2),
                         "exchange": (0, 2)}.get(operation.word, () if operation.word == "none" else (0,))
            makes = operation.word in ("create", "mkdir", "symlink")
            if makes:
                fresh += 1
                aliases[operation.rest[2]] = str(fresh)
            for position in positions:
                operation.rest[position] = aliases.get(operation.rest[position], operation.rest[position])
            if makes:
                kind = {"create": "file", "mkdir": "folder", "symlink": "link"}[operation.word]
                content = {"file": b"", "folder": {}, "link": operation.rest[-1]}[kind]
                mode = 0o777 if kind == "link" else int(operation.rest[3], 8)
                made = Inode(kind, mode, content)
                inodes[fresh] = made.copy()
                self.start[fresh] = made
            elif operation.word in ("rename", "exchange"):
                rest = operation.rest
                moved = inodes[int(rest[0])].content.get(rest[1]) if rest[0] != "0" else None
                operation.moved = moved, inodes[int(rest[2])].content.get(rest[3])
            apply(inodes, operation)

    def pending(self, count):
        """Of the first `count` operations: those that are durable, and those that may be there or not."""
        synced, durable, pending = set(), [], []
        for number in range(count - 1, -1, -1):
            operation = self.operations[number]
            if operation.word == "fsync":
                synced.add(int(operation.rest[0]))
            elif operation.word != "none":
                (durable if operation.durable_with() in synced else pending).append(number)
        return set(durable), sorted(pending)

    def choices(self, count, samples):
        """Which operations are there after a cut behind the first `count`, and which of them as holes."""
        durable, pending = self.pending(count)
        data = [number for number in pending if self.operations[number].is_data]
        names = [number for number in pending if not self.operations[number].is_data]
        sets = [([], []), (names, []), (pending, data), (data, []), (pending[1:], []), (pending[-1:], [])]
        dice = random.Random(count)
        for _ in range(samples):
            kept = [number for number in pending if dice.random() < 0.5]
            sets.append((kept, [number for number in kept if dice.random() < 0.2]))
        for kept, holes in sets:
            yield tuple(sorted(durable.union(kept))), frozenset(holes).intersection(data)

    def states(self, samples=2):
        """Every different choice of `choices` behind every operation, as something for `build`."""
        seen = set()
        for count in range(1, len(self.operations) + 1):
            for choice in self.choices(count, samples):
                if choice not in seen:
                    seen.add(choice)
                    yield choice

    def build(self, choice, path):
        inodes = {number: inode.copy() for number, inode in self.start.items()}
        there, holes = choice
        for number in there:
            apply(inodes, self.operations[number], is_hole=number in holes)
        write_out(inodes, self.root, path)
