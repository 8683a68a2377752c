// Counts a process's file operations below one folder and, at a chosen one, kills it or makes the operation fail.
//
// Loaded with LD_PRELOAD. One counter for all threads, so that the same run has the same numbers:
//     CRASH_BELOW  the folder          CRASH_LOG  where to write what was done, operation by operation
//     CRASH_AT     the number, from 1  CRASH_HOW  kill, torn (half a write, then kill), enospc (from there on), eio
//     CRASH_READS  set: reads count, too
// A record of the log is a line of words, then, after a write, its bytes. Names are percent-encoded.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
enum { FILES = 1 << 16 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *how;
static long counter, chosen;
static int logfile = -1;
static bool reads;
static bool watched[FILES];

// Only the process that was started counts: what it starts itself inherits the variables and finds another's number.
__attribute__((constructor)) static void begin(void) {
    char own[24];
    snprintf(own, sizeof own, "%d", getpid());
    const char *owner = getenv("CRASH_OWNER");
    if (owner && strcmp(owner, own) != 0) return;
    setenv("CRASH_OWNER", own, 1);
    folder = getenv("CRASH_BELOW");
    how = getenv("CRASH_HOW");
    chosen = how && getenv("CRASH_AT") ? atol(getenv("CRASH_AT")) : 0;
    reads = getenv("CRASH_READS") != NULL;
    const char *path = getenv("CRASH_LOG");
    if (path) logfile = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

static bool below(const char *path) {
    size_t length = folder ? strlen(folder) : 0;
    return length && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

// The path that a call means, absolute; false where it isn't below the folder.
static bool resolve(int directory, const char *path, char *out) {
    if (!folder || !path) return false;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char link[64], base[PATH_MAX / 2];
        snprintf(link, sizeof link, directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return false;
        base[length] = 0;
        snprintf(out, PATH_MAX, "%s/%s", base, path);
    }
    size_t length = strlen(out);
    while (length > 1 && out[length - 1] == '/') out[--length] = 0;
    return below(out);
}

static void put(const char *bytes, size_t count) {
    for (long done; logfile >= 0 && count > 0; bytes += done, count -= (size_t)done) {
        done = syscall(SYS_write, logfile, bytes, count);
        if (done <= 0) _exit(99);
    }
}

__attribute__((format(printf, 1, 2))) static void record(const char *format, ...) {
    char line[2 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    put(line, (size_t)length);
}

static unsigned long inode(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_ino : 0;
}

// "PARENT NAME" of a path, as records have it.
static const char *entry(const char *path, char *out) {
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    *slash = 0;
    int at = snprintf(out, PATH_MAX, "%lu ", inode(parent));
    for (const unsigned char *byte = (const unsigned char *)slash + 1; *byte && at < PATH_MAX - 4; byte++)
        at += snprintf(out + at, 4, *byte <= ' ' || *byte == '%' ? "%%%02X" : "%c", *byte);
    return out;
}

// Counts an operation; 0 where it goes on, otherwise the error that it fails with.
static int strike(bool allocates) {
    long number = ++counter;
    if (!chosen || number < chosen) return 0;
    if (strcmp(how, "enospc") == 0) return allocates ? ENOSPC : 0;
    if (number > chosen) return 0;
    if (strcmp(how, "eio") == 0) return EIO;
    if (strcmp(how, "kill") == 0) syscall(SYS_kill, getpid(), SIGKILL);
    return 0;
}

static bool is_torn(void) { return chosen && counter == chosen && strcmp(how, "torn") == 0; }

#define BEGIN(allocates)                  \
    pthread_mutex_lock(&turn);            \
    int failure = strike(allocates);      \
    long result = -1;                     \
    if (failure) errno = failure;         \
    else
#define END                               \
    int kept = errno;                     \
    if (result < 0) record("none\n");     \
    pthread_mutex_unlock(&turn);          \
    errno = kept;                         \
    return result

static bool is_watched(int file) { return folder && file >= 0 && file < FILES && watched[file]; }

static int open_at(int directory, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX], name[PATH_MAX];
    bool ours = resolve(directory, path, full);
    bool is_new = ours && flags & O_CREAT && access(full, F_OK) != 0;
    bool empties = ours && !is_new && flags & O_TRUNC;
    bool counts = is_new || empties || (ours && reads && (flags & O_ACCMODE) == O_RDONLY);
    int file = -1;
    if (counts) pthread_mutex_lock(&turn);
    int failure = counts ? strike(is_new) : 0;
    if (failure) errno = failure;
    else file = (int)syscall(SYS_openat, directory, path, flags, mode);
    int kept = errno;
    if (counts) {
        struct stat status;
        if (file < 0 || fstat(file, &status) != 0 || !(is_new || empties)) record("none\n");
        else if (is_new) record("create %s %lu %o\n", entry(full, name), status.st_ino, status.st_mode & 07777);
        else record("truncate %lu 0\n", status.st_ino);
        pthread_mutex_unlock(&turn);
    }
    if (file >= 0 && file < FILES) watched[file] = ours;
    errno = kept;
    return file;
}

#define MODE                                                      \
    mode_t mode = 0;                                              \
    if (flags & (O_CREAT | O_TMPFILE)) {                          \
        va_list arguments;                                        \
        va_start(arguments, flags);                               \
        mode = va_arg(arguments, mode_t);                         \
        va_end(arguments);                                        \
    }
int open(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) { MODE return open_at(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE return open_at(directory, path, flags, mode); }

int close(int file) {
    if (file >= 0 && file < FILES) watched[file] = false;
    return (int)syscall(SYS_close, file);
}

static unsigned long inode_of(int file) {
    struct stat status;
    return fstat(file, &status) == 0 ? status.st_ino : 0;
}

// `offset` is -1 for the file's own position.
static ssize_t write_at(int file, const void *bytes, size_t count, off_t offset) {
    long place = offset < 0 ? lseek(file, 0, SEEK_CUR) : offset;
    BEGIN(true) {
        size_t part = is_torn() ? count / 2 : count;
        result = offset < 0 ? syscall(SYS_write, file, bytes, part) : syscall(SYS_pwrite64, file, bytes, part, offset);
        if (is_torn()) syscall(SYS_kill, getpid(), SIGKILL);
        if (result >= 0) {
            record("write %lu %ld %ld\n", inode_of(file), place, result);
            put(bytes, (size_t)result);
        }
    }
    END;
}
ssize_t write(int file, const void *bytes, size_t count) {
    return is_watched(file) ? write_at(file, bytes, count, -1) : syscall(SYS_write, file, bytes, count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    if (is_watched(file)) return write_at(file, bytes, count, offset);
    return syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) { return pwrite(file, bytes, count, offset); }

static ssize_t read_at(int file, void *bytes, size_t count, off_t offset) {
    BEGIN(false) {
        result = offset < 0 ? syscall(SYS_read, file, bytes, count) : syscall(SYS_pread64, file, bytes, count, offset);
        if (result >= 0) record("none\n");
    }
    END;
}
ssize_t read(int file, void *bytes, size_t count) {
    return reads && is_watched(file) ? read_at(file, bytes, count, -1) : syscall(SYS_read, file, bytes, count);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    if (reads && is_watched(file)) return read_at(file, bytes, count, offset);
    return syscall(SYS_pread64, file, bytes, count, offset);
}
ssize_t pread64(int file, void *bytes, size_t count, off_t offset) { return pread(file, bytes, count, offset); }

// What was copied within the kernel, as a write.
static void record_copy(int file, off_t offset, size_t count) {
    record("write %lu %ld %zu\n", inode_of(file), (long)offset, count);
    char piece[1 << 16];
    for (long got; count > 0; offset += got, count -= (size_t)got) {
        got = syscall(SYS_pread64, file, piece, count < sizeof piece ? count : sizeof piece, offset);
        if (got <= 0) _exit(99);
        put(piece, (size_t)got);
    }
}
ssize_t copy_file_range(int source, off64_t *from, int file, off64_t *to, size_t count, unsigned flags) {
    if (!is_watched(file)) return syscall(SYS_copy_file_range, source, from, file, to, count, flags);
    off_t place = to ? *to : lseek(file, 0, SEEK_CUR);
    BEGIN(true) {
        result = syscall(SYS_copy_file_range, source, from, file, to, count, flags);
        if (result >= 0) record_copy(file, place, (size_t)result);
    }
    END;
}
int ioctl(int file, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request != FICLONE || !is_watched(file)) return (int)syscall(SYS_ioctl, file, request, argument);
    BEGIN(true) {
        result = syscall(SYS_ioctl, file, request, argument);
        struct stat status;
        if (result >= 0 && fstat(file, &status) == 0) record_copy(file, 0, (size_t)status.st_size);
    }
    END;
}

static int sync_file(int file, long call) {
    if (!is_watched(file)) return (int)syscall(call, file);
    BEGIN(true) {
        result = syscall(call, file);
        if (result >= 0) record("fsync %lu\n", inode_of(file));
    }
    END;
}
int fsync(int file) { return sync_file(file, SYS_fsync); }
int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }

int ftruncate(int file, off_t size) {
    if (!is_watched(file)) return (int)syscall(SYS_ftruncate, file, size);
    BEGIN(true) {
        result = syscall(SYS_ftruncate, file, size);
        if (result >= 0) record("truncate %lu %ld\n", inode_of(file), (long)size);
    }
    END;
}
int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }
int posix_fallocate(int file, off_t offset, off_t size) {
    if (!is_watched(file)) return (int)syscall(SYS_fallocate, file, 0, offset, size) == 0 ? 0 : errno;
    BEGIN(true) {
        result = syscall(SYS_fallocate, file, 0, offset, size);
        if (result >= 0) record("grow %lu %ld\n", inode_of(file), (long)(offset + size));
    }
    pthread_mutex_unlock(&turn);
    return result == 0 ? 0 : errno;
}
int fchmod(int file, mode_t mode) {
    if (!is_watched(file)) return (int)syscall(SYS_fchmod, file, mode);
    BEGIN(false) {
        result = syscall(SYS_fchmod, file, mode);
        if (result >= 0) record("chmod %lu %o\n", inode_of(file), mode);
    }
    END;
}

// A change of one name; `word` and the rest of its record are written once it has succeeded.
#define NAMED(directory, path, allocates, call, ...)                     \
    char full[PATH_MAX], name[PATH_MAX];                                 \
    if (!resolve(directory, path, full)) return (int)(call);             \
    entry(full, name);                                                   \
    BEGIN(allocates) {                                                   \
        result = call;                                                   \
        if (result >= 0) record(__VA_ARGS__);                            \
    }                                                                    \
    END

int chmod(const char *path, mode_t mode) {
    NAMED(AT_FDCWD, path, false, syscall(SYS_fchmodat, AT_FDCWD, path, mode), "chmod %lu %o\n", inode(full), mode);
}
int mkdirat(int directory, const char *path, mode_t mode) {
    NAMED(directory, path, true, syscall(SYS_mkdirat, directory, path, mode), "mkdir %s %lu %o\n", name, inode(full),
          mode);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
int unlinkat(int directory, const char *path, int flags) {
    NAMED(directory, path, false, syscall(SYS_unlinkat, directory, path, flags), "remove %s\n", name);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int symlinkat(const char *target, int directory, const char *path) {
    NAMED(directory, path, true, syscall(SYS_symlinkat, target, directory, path), "symlink %s %lu %s\n", name,
          inode(full), target);
}
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }
int linkat(int from, const char *source, int directory, const char *path, int flags) {
    NAMED(directory, path, true, syscall(SYS_linkat, from, source, directory, path, flags), "link %s %lu\n", name,
          inode(full));
}
int link(const char *source, const char *path) { return linkat(AT_FDCWD, source, AT_FDCWD, path, 0); }
int renameat2(int from, const char *source, int directory, const char *path, unsigned flags) {
    char old[PATH_MAX], old_name[PATH_MAX];
    bool ours = resolve(from, source, old);
    if (ours) entry(old, old_name);
    else snprintf(old_name, sizeof old_name, "0 -");
    NAMED(directory, path, true, syscall(SYS_renameat2, from, source, directory, path, flags), "%s %s %s\n",
          flags & RENAME_EXCHANGE ? "exchange" : "rename", old_name, name);
}
int renameat(int from, const char *source, int directory, const char *path) {
    return renameat2(from, source, directory, path, 0);
}
int rename(const char *source, const char *path) { return renameat2(AT_FDCWD, source, AT_FDCWD, path, 0); }
