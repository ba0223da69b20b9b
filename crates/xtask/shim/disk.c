/* A disk to measure on and to break: preloaded into a server whose data lies on tmpfs.
 *
 * YIWANG_DISK_SYNC_MICROS  fsync and fdatasync sleep this long instead of flushing (tmpfs needs no flush).
 * YIWANG_DISK_FAULT        a file; while it exists, its first word says what is broken:
 *                            sync   every fsync and fdatasync fails with EIO
 *                            full   regular files below YIWANG_DISK_FOLDER cannot be written: ENOSPC
 * YIWANG_DISK_FOLDER       the folder that gets full
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static long sync_micros;
static const char *fault_file;
static const char *folder;

__attribute__((constructor)) static void read_settings(void) {
  const char *micros = getenv("YIWANG_DISK_SYNC_MICROS");
  sync_micros = micros ? atol(micros) : 0;
  fault_file = getenv("YIWANG_DISK_FAULT");
  folder = getenv("YIWANG_DISK_FOLDER");
}

/* The first letter of the fault, or 0. Looks at the file system each time: a test breaks the disk while
 * the server runs, and no signal or socket has to reach it. */
static char fault(void) {
  char word = 0;
  int saved = errno;
  if (fault_file && access(fault_file, R_OK) == 0) {
    FILE *file = fopen(fault_file, "re");
    if (file) {
      int c = fgetc(file);
      word = c == EOF ? 0 : (char)c;
      fclose(file);
    }
  }
  errno = saved;
  return word;
}

static int flush(void) {
  if (fault() == 's') {
    errno = EIO;
    return -1;
  }
  struct timespec rest = {sync_micros / 1000000, sync_micros % 1000000 * 1000};
  while (nanosleep(&rest, &rest) == -1 && errno == EINTR) {
  }
  return 0;
}

int fsync(int fd) { return fcntl(fd, F_GETFD) == -1 ? -1 : flush(); }
int fdatasync(int fd) { return fcntl(fd, F_GETFD) == -1 ? -1 : flush(); }

/* Whether this descriptor is a file in the folder that is full now. */
static int no_room(int fd) {
  if (!fault_file || !folder || fault() != 'f') {
    return 0;
  }
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) {
    return 0;
  }
  path[length] = 0;
  size_t prefix = strlen(folder);
  if (strncmp(path, folder, prefix) != 0 || path[prefix] != '/') {
    return 0;
  }
  errno = ENOSPC;
  return 1;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  return no_room(fd) ? -1 : real(fd, bytes, count);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  REAL(pwrite);
  return no_room(fd) ? -1 : real(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  return no_room(fd) ? -1 : real(fd, bytes, count, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  return no_room(fd) ? -1 : real(fd, parts, count);
}
