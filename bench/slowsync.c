/* A slower disk: delays every fsync and fdatasync of the process it is preloaded into by SLOWSYNC_US microseconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void delay(void) {
    const char *given = getenv("SLOWSYNC_US");
    long us = given ? atol(given) : 0;
    struct timespec left = {us / 1000000, (us % 1000000) * 1000};
    if (us > 0)
        while (nanosleep(&left, &left) != 0) {
        }
}

int fsync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    delay();
    return real(fd);
}

int fdatasync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    delay();
    return real(fd);
}
