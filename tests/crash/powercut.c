/* LD_PRELOAD shim: remembers how to undo every change that has not been fsynced yet.
 *
 * After kill -9 the kernel still holds what was written; after a power cut it does not. Before each write, this shim
 * appends what the bytes were to an undo log; fsync of a file drops that file's records, fsync of a folder drops the
 * records of names made or changed in it. `powercut.py` undoes what is left: the worst disk that keeps its promises.
 *
 * POWERCUT_DIR  only files below this folder count
 * POWERCUT_LOG  folder of the undo logs: one for each file (by inode) and one for each folder's names
 * POWERCUT_DEAD a file: once it exists, the disk is dead and every fsync fails with EIO
 *
 * A record is five 64-bit numbers: kind, offset, old size of the file, length of data, length of a second name;
 * then the data, then the second name. Kinds: 1 bytes of a file, 2 a name was made, 3 a name was taken over by a
 * rename (the old content stays under a hard link in POWERCUT_LOG), 4 a name was removed (likewise).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BYTES = 1, MADE = 2, REPLACED = 3, REMOVED = 4 };
struct head { int64_t kind, offset, size, length, second; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], logs[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void begin(void) {
  const char *r = getenv("POWERCUT_DIR"), *l = getenv("POWERCUT_LOG");
  if (!r || !l || !realpath(r, root) || !realpath(l, logs)) { root_length = 0; return; }
  root_length = strlen(root);
}

static int is_below(const char *path) {
  return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* Shared memory of SQLite is rebuilt after a power cut: it does not count. */
static int counts(const char *path) {
  size_t n = strlen(path);
  return is_below(path) && !(n > 4 && !strcmp(path + n - 4, "-shm"));
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return 1;
}

static int absolute(int folder, const char *name, char *path) {
  if (name[0] == '/') return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
  char start[PATH_MAX];
  if (folder == AT_FDCWD) { if (!getcwd(start, sizeof start)) return 0; }
  else if (!path_of(folder, start)) return 0;
  return snprintf(path, PATH_MAX, "%s/%s", start, name) < PATH_MAX;
}

static void die(const char *what) {
  perror(what);
  _exit(99); /* a shim that can't remember proves nothing */
}

static void log_name(char *name, const char *kind, const struct stat *of) {
  if (snprintf(name, PATH_MAX, "%s/%s-%lu", logs, kind, (unsigned long)of->st_ino) >= PATH_MAX) die("powercut: name");
}

static void append(const char *log, const struct head *head, const void *data, const char *second) {
  int fd = syscall(SYS_openat, AT_FDCWD, log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) die("powercut: log");
  size_t total = sizeof *head + head->length + head->second;
  char *record = malloc(total);
  if (!record) die("powercut: memory");
  memcpy(record, head, sizeof *head);
  memcpy(record + sizeof *head, data, head->length);
  memcpy(record + sizeof *head + head->length, second, head->second);
  if (syscall(SYS_write, fd, record, total) != (ssize_t)total) die("powercut: record");
  free(record);
  syscall(SYS_close, fd);
}

/* Remember `length` bytes at `offset` and the size, before they change. */
static void remember(int fd, off_t offset, size_t length) {
  char path[PATH_MAX], log[PATH_MAX];
  struct stat st;
  if (!root_length || !path_of(fd, path) || !counts(path) || fstat(fd, &st) || !S_ISREG(st.st_mode)) return;
  char *old = malloc(length ? length : 1);
  if (!old) die("powercut: memory");
  ssize_t got = 0;
  if (length && offset < st.st_size) {
    int again = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC); /* fd may be write-only */
    if (again < 0) die("powercut: reading back");
    got = syscall(SYS_pread64, again, old, length, offset);
    if (got < 0) die("powercut: reading back");
    syscall(SYS_close, again);
  }
  struct head head = {BYTES, offset, st.st_size, got, 0};
  log_name(log, "file", &st);
  append(log, &head, old, "");
  free(old);
}

/* Remember that a name in a folder is about to change. */
static void remember_name(int kind, const char *path, const char *kept) {
  char folder[PATH_MAX], log[PATH_MAX];
  struct stat st;
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (!slash) return;
  *slash = 0;
  if (stat(folder, &st)) return;
  struct head head = {kind, 0, 0, strlen(path), strlen(kept)};
  log_name(log, "names", &st);
  append(log, &head, path, kept);
}

/* The present content of `path` stays reachable; where it is kept goes to `kept`. */
static void keep(const char *path, char *kept) {
  static unsigned long count;
  if (snprintf(kept, PATH_MAX, "%s/kept-%d-%lu", logs, getpid(), ++count) >= PATH_MAX) die("powercut: name");
  if (syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0)) die("powercut: keeping");
}

static void forget(int fd) {
  char path[PATH_MAX], log[PATH_MAX];
  struct stat st;
  if (!root_length || !path_of(fd, path) || !counts(path) || fstat(fd, &st)) return;
  log_name(log, S_ISDIR(st.st_mode) ? "names" : "file", &st);
  syscall(SYS_unlinkat, AT_FDCWD, log, 0);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  remember(fd, offset, length);
  ssize_t done = syscall(SYS_pwrite64, fd, data, length, offset);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

/* Signal handlers write to pipes: only files may take the lock, or a handler waits for the thread it interrupted. */
static int is_file(int fd) {
  struct stat st;
  return root_length && !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static off_t place(int fd) {
  struct stat st;
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && flags & O_APPEND && !fstat(fd, &st)) return st.st_size;
  return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t length) {
  if (!is_file(fd)) return syscall(SYS_write, fd, data, length);
  pthread_mutex_lock(&lock);
  off_t at = place(fd);
  if (at >= 0) remember(fd, at, length);
  pthread_mutex_unlock(&lock);
  return syscall(SYS_write, fd, data, length);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!is_file(fd)) return syscall(SYS_writev, fd, parts, count);
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  pthread_mutex_lock(&lock);
  off_t at = place(fd);
  if (at >= 0) remember(fd, at, length);
  pthread_mutex_unlock(&lock);
  return syscall(SYS_writev, fd, parts, count);
}

int ftruncate64(int fd, off_t length) {
  struct stat st;
  pthread_mutex_lock(&lock);
  if (!fstat(fd, &st)) remember(fd, length, st.st_size > length ? st.st_size - length : 0);
  int done = syscall(SYS_ftruncate, fd, length);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int posix_fallocate64(int fd, off_t offset, off_t length) {
  pthread_mutex_lock(&lock);
  remember(fd, offset, 0);
  pthread_mutex_unlock(&lock);
  return syscall(SYS_fallocate, fd, 0, offset, length) ? errno : 0;
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

static int opened(int folder, const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  struct stat st;
  int is_ours = root_length && flags & (O_CREAT | O_TRUNC) && absolute(folder, name, path) && counts(path);
  if (is_ours) {
    pthread_mutex_lock(&lock);
    if (stat(path, &st)) {
      if (flags & O_CREAT) remember_name(MADE, path, "");
    } else if (flags & O_TRUNC && S_ISREG(st.st_mode)) {
      int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
      if (fd >= 0) { remember(fd, 0, st.st_size); syscall(SYS_close, fd); }
    }
    pthread_mutex_unlock(&lock);
  }
  return syscall(SYS_openat, folder, name, flags, mode);
}
#define MODE(last) \
  mode_t mode = 0; \
  if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }
int open64(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags, mode); }
int open(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return opened(folder, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return opened(folder, name, flags, mode); }

int mkdirat(int folder, const char *name, mode_t mode) {
  char path[PATH_MAX];
  struct stat st;
  if (root_length && absolute(folder, name, path) && counts(path) && stat(path, &st)) {
    pthread_mutex_lock(&lock);
    remember_name(MADE, path, "");
    pthread_mutex_unlock(&lock);
  }
  return syscall(SYS_mkdirat, folder, name, mode);
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  char source[PATH_MAX], target[PATH_MAX], kept[PATH_MAX] = "";
  struct stat st;
  pthread_mutex_lock(&lock);
  if (root_length && absolute(from_folder, from, source) && absolute(to_folder, to, target) && counts(target)) {
    if (!stat(target, &st) && S_ISREG(st.st_mode)) { keep(target, kept); remember_name(REPLACED, target, kept); }
    else remember_name(MADE, target, "");
    if (!stat(source, &st) && S_ISREG(st.st_mode)) { keep(source, kept); remember_name(REMOVED, source, kept); }
  }
  int done = syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int folder, const char *name, int flags) {
  char path[PATH_MAX], kept[PATH_MAX];
  struct stat st;
  pthread_mutex_lock(&lock);
  if (root_length && absolute(folder, name, path) && counts(path) && !stat(path, &st) && S_ISREG(st.st_mode)) {
    keep(path, kept);
    remember_name(REMOVED, path, kept);
  }
  int done = syscall(SYS_unlinkat, folder, name, flags);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

/* The process is to be killed, not the machine: forgetting the records stands for the disk's promise. */
int fdatasync(int fd) {
  const char *dead = getenv("POWERCUT_DEAD");
  if (dead && !access(dead, F_OK)) { errno = EIO; return -1; }
  pthread_mutex_lock(&lock);
  forget(fd);
  pthread_mutex_unlock(&lock);
  return 0;
}
int fsync(int fd) { return fdatasync(fd); }
