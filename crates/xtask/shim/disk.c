/* A disk to measure on and to break: preloaded into a server whose data lies on tmpfs.
 *
 * YIWANG_DISK_SYNC_MICROS  fsync and fdatasync sleep this long instead of flushing (tmpfs needs no flush).
 * YIWANG_DISK_FAULT        a file; while it exists, its first word says what is broken:
 *                            sync   every fsync and fdatasync fails with EIO
 *                            full   regular files below YIWANG_DISK_FOLDER cannot be written: ENOSPC
 * YIWANG_DISK_FOLDER       the folder that gets full, or that loses what was not flushed
 *
 * Ending at a chosen moment. Moments are counted: each fsync and fdatasync, or, with YIWANG_END_PORT, each
 * message to that port of the loopback (a database is spoken to there).
 *
 * YIWANG_END_COUNT  a file of eight bytes; the count of this process stands in it
 * YIWANG_END_AT     the moment; without it moments are only counted
 * YIWANG_END_HOW    before  SIGKILL when the moment comes
 *                   after   SIGKILL when it is over, before anybody hears of it
 *                   power   as before, and what was written below the folder since its last flush is lost
 *                   torn    as power, but by chance some writes have reached the disk, in any order, and of some
 *                           only the first sectors
 *                   fail    this and every later flush fails with EIO
 * YIWANG_END_SEED   decides what chance keeps
 * YIWANG_END_LIES   set: flushes do nothing, so that power takes everything since the start of the process
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Looked up once: a look-up costs as much as a short write. Two threads at once find the same. */
#define REAL(name)                                                                                                     \
  static __typeof__(name) *real;                                                                                       \
  if (!real) {                                                                                                         \
    real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                                                                \
  }
#define SECTOR 512

static long sync_micros;
static const char *fault_file;
static const char *folder;

static uint64_t own_count;
static uint64_t *moments = &own_count;
static uint64_t end_at;
static const char *end_how = "";
static int end_port;
static int lies;
static uint64_t chance;

__attribute__((constructor)) static void read_settings(void) {
  const char *text = getenv("YIWANG_DISK_SYNC_MICROS");
  sync_micros = text ? atol(text) : 0;
  fault_file = getenv("YIWANG_DISK_FAULT");
  folder = getenv("YIWANG_DISK_FOLDER");
  const char *count = getenv("YIWANG_END_COUNT");
  int fd = count ? open(count, O_RDWR | O_CLOEXEC) : -1;
  if (fd >= 0) {
    void *shared = mmap(NULL, sizeof *moments, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED) {
      moments = shared;
    }
    close(fd);
  }
  text = getenv("YIWANG_END_AT");
  end_at = text ? strtoull(text, NULL, 10) : 0;
  text = getenv("YIWANG_END_HOW");
  end_how = text ? text : "";
  text = getenv("YIWANG_END_PORT");
  end_port = text ? atoi(text) : 0;
  text = getenv("YIWANG_END_SEED");
  chance = text ? strtoull(text, NULL, 10) : 0;
  lies = getenv("YIWANG_END_LIES") != NULL;
}

/* What a power failure would take: every change below the folder since the last flush of its file. */

struct change {
  struct change *later, *earlier;
  off_t at;
  size_t count, old_count;
  /* Bytes written, or NULL when the file was cut at `at`; bytes that stood there before. */
  unsigned char *bytes, *old;
};

struct platter {
  struct platter *next;
  dev_t device;
  ino_t inode;
  int fd;
  off_t size;
  struct change *first, *last;
};

static struct platter *platters;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int loses_power(void) { return end_how[0] == 'p' || end_how[0] == 't'; }

static int below_folder(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = folder ? readlink(link, path, sizeof path - 1) : 0;
  if (length <= 0) {
    return 0;
  }
  path[length] = 0;
  size_t prefix = strlen(folder);
  return strncmp(path, folder, prefix) == 0 && path[prefix] == '/';
}

/* The platter of an open file; made when it is changed for the first time, with the size it had before. NULL for
 * what no power failure concerns. Called with the lock held. */
static struct platter *platter(int fd, int make) {
  struct stat about;
  if (fstat(fd, &about) == -1 || !S_ISREG(about.st_mode)) {
    return NULL;
  }
  for (struct platter *known = platters; known; known = known->next) {
    if (known->device == about.st_dev && known->inode == about.st_ino) {
      return known;
    }
  }
  if (!make || !below_folder(fd)) {
    return NULL;
  }
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  struct platter *fresh = calloc(1, sizeof *fresh);
  /* A descriptor of its own, never closed: closing it would let go of the locks the process holds on the file. */
  *fresh = (struct platter){.next = platters, .device = about.st_dev, .inode = about.st_ino, .size = about.st_size};
  fresh->fd = open(link, O_RDWR | O_CLOEXEC);
  if (fresh->fd == -1) {
    abort();
  }
  platters = fresh;
  return fresh;
}

static void remember(struct platter *of, off_t at, const void *bytes, size_t count, size_t old_count) {
  struct change *change = calloc(1, sizeof *change);
  change->at = at;
  change->old = malloc(old_count + 1);
  ssize_t held = pread(of->fd, change->old, old_count, at);
  change->old_count = held > 0 ? (size_t)held : 0;
  change->count = count;
  if (bytes) {
    change->bytes = malloc(count + 1);
    memcpy(change->bytes, bytes, count);
  }
  change->earlier = of->last;
  *(of->last ? &of->last->later : &of->first) = change;
  of->last = change;
}

static void forget(struct platter *of) {
  for (struct change *change = of->first, *later; change; change = later) {
    later = change->later;
    free(change->bytes);
    free(change->old);
    free(change);
  }
  of->first = of->last = NULL;
}

static void flushed(int fd) {
  if (!loses_power() || lies) {
    return;
  }
  pthread_mutex_lock(&lock);
  struct platter *of = platter(fd, 0);
  struct stat about;
  if (of && fstat(of->fd, &about) == 0) {
    of->size = about.st_size;
    forget(of);
  }
  pthread_mutex_unlock(&lock);
}

/* splitmix64 */
static uint64_t dice(uint64_t most) {
  uint64_t mixed = chance += 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return (mixed ^ (mixed >> 31)) % most;
}

static void put_back(int fd, const void *bytes, size_t count, off_t at) {
  REAL(pwrite64);
  if (real(fd, bytes, count, at) != (ssize_t)count) {
    abort();
  }
}

static void cut(int fd, off_t length) {
  REAL(ftruncate64);
  if (real(fd, length) == -1) {
    abort();
  }
}

static void lose(struct platter *of) {
  for (struct change *change = of->last; change; change = change->earlier) {
    put_back(of->fd, change->old, change->old_count, change->at);
  }
  cut(of->fd, of->size);
  for (struct change *change = of->first; change && end_how[0] == 't'; change = change->later) {
    size_t sectors = (change->count + SECTOR - 1) / SECTOR;
    uint64_t kept = dice(4);
    size_t part = sectors && kept == 1 ? dice(sectors) * SECTOR : change->count;
    if (kept > 1 || (kept == 1 && change->bytes)) {
      change->bytes ? put_back(of->fd, change->bytes, part, change->at) : cut(of->fd, change->at);
    }
  }
}

static void end_now(void) {
  if (loses_power()) {
    /* Held for good: nothing is written after the power has gone. */
    pthread_mutex_lock(&lock);
    for (struct platter *of = platters; of; of = of->next) {
      lose(of);
    }
  }
  kill(getpid(), SIGKILL);
  for (;;) {
    pause();
  }
}

/* Counts a moment; true when it is the one at which to end and the process is to end after it. */
static int moment(void) {
  uint64_t now = __atomic_add_fetch(moments, 1, __ATOMIC_SEQ_CST);
  if (!end_at || now != end_at || end_how[0] == 'f') {
    return 0;
  }
  if (end_how[0] == 'a') {
    return 1;
  }
  end_now();
  return 0;
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

static int flush(int fd) {
  int last = end_port ? 0 : moment();
  int failing = end_at && !end_port && end_how[0] == 'f' && __atomic_load_n(moments, __ATOMIC_SEQ_CST) >= end_at;
  if (failing || fault() == 's') {
    errno = EIO;
    return -1;
  }
  flushed(fd);
  struct timespec rest = {sync_micros / 1000000, sync_micros % 1000000 * 1000};
  while (nanosleep(&rest, &rest) == -1 && errno == EINTR) {
  }
  if (last) {
    end_now();
  }
  return 0;
}

int fsync(int fd) { return fcntl(fd, F_GETFD) == -1 ? -1 : flush(fd); }
int fdatasync(int fd) { return fcntl(fd, F_GETFD) == -1 ? -1 : flush(fd); }

/* Whether this descriptor is a file in the folder that is full now. */
static int no_room(int fd) {
  if (!fault_file || fault() != 'f' || !below_folder(fd)) {
    return 0;
  }
  errno = ENOSPC;
  return 1;
}

/* Whether a message goes to the port whose messages are counted. */
static int to_the_port(int fd) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  int saved = errno;
  int known = getpeername(fd, (struct sockaddr *)&peer, &length) == 0;
  errno = saved;
  return known && peer.sin_family == AF_INET && ntohs(peer.sin_port) == end_port;
}

/* A message: its moment comes before it leaves, and it may be the last thing the process does. */
#define MESSAGE(send_it)                           \
  int last = end_port && to_the_port(fd) && moment(); \
  ssize_t sent = send_it;                          \
  if (last) {                                      \
    end_now();                                     \
  }                                                \
  return sent

/* A write to a file that may lose it; `at` is evaluated with the lock held. */
#define WRITE(write_it, where)                                \
  if (loses_power()) {                                        \
    pthread_mutex_lock(&lock);                                \
    struct platter *of = platter(fd, 1);                      \
    if (of) {                                                 \
      remember(of, where, bytes, count, count);               \
    }                                                         \
    ssize_t written = write_it;                               \
    pthread_mutex_unlock(&lock);                              \
    return written;                                           \
  }                                                           \
  return write_it

static off_t cursor(int fd) {
  return fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  if (no_room(fd)) {
    return -1;
  }
  WRITE(real(fd, bytes, count), cursor(fd));
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  REAL(pwrite);
  if (no_room(fd)) {
    return -1;
  }
  WRITE(real(fd, bytes, count, at), at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  if (no_room(fd)) {
    return -1;
  }
  WRITE(real(fd, bytes, count, at), at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  if (no_room(fd)) {
    return -1;
  }
  MESSAGE(real(fd, parts, count));
}
ssize_t send(int fd, const void *bytes, size_t count, int flags) {
  REAL(send);
  MESSAGE(real(fd, bytes, count, flags));
}

static void before_cut(int fd, off_t length) {
  struct platter *of = platter(fd, 1);
  struct stat about;
  if (of && fstat(fd, &about) == 0) {
    remember(of, length, NULL, 0, about.st_size > length ? (size_t)(about.st_size - length) : 0);
  }
}
int ftruncate(int fd, off_t length) {
  REAL(ftruncate);
  if (!loses_power()) {
    return real(fd, length);
  }
  pthread_mutex_lock(&lock);
  before_cut(fd, length);
  int done = real(fd, length);
  pthread_mutex_unlock(&lock);
  return done;
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }
