/* A clock to set at will: preloaded into a server together with the disk.
 *
 * YIWANG_CLOCK_AHEAD  a file of eight bytes: milliseconds by which the time of day is wrong, at this moment. What
 *                     counts on from the start of the machine is right.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t *ahead;
static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void read_settings(void) {
  real_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const char *file = getenv("YIWANG_CLOCK_AHEAD");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    void *shared = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) {
      abort();
    }
    ahead = shared;
    close(fd);
  }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (!real_clock) {
    read_settings();
  }
  int done = real_clock(clock, time);
  if (done == 0 && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t millis = time->tv_sec * 1000 + time->tv_nsec / 1000000 + __atomic_load_n(ahead, __ATOMIC_RELAXED);
    time->tv_sec = millis / 1000;
    time->tv_nsec = millis % 1000 * 1000000 + time->tv_nsec % 1000000;
  }
  return done;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  int done = clock_gettime(CLOCK_REALTIME, &now);
  *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return done;
}

time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into) {
    *into = now.tv_sec;
  }
  return now.tv_sec;
}
