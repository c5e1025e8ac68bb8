// Stands in for bionic's libc.so where an Android library is tried on a system with glibc: only
// those places where the two differ in a name, a structure or a number. It proves nothing about a
// real phone's libc.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int *__errno(void) { return __errno_location(); }

int __system_property_get(const char *name, char *value) {
    (void)name;
    value[0] = 0;
    return 0;
}

extern int __xpg_strerror_r(int, char *, size_t);
int bionic_strerror_r(int number, char *text, size_t size) __asm__("strerror_r");
int bionic_strerror_r(int number, char *text, size_t size) {
    return __xpg_strerror_r(number, text, size);
}

extern long __sysconf(int);
long sysconf(int name) {
    switch (name) {
    case 39:
    case 40: return __sysconf(_SC_PAGESIZE);
    case 96: return __sysconf(_SC_NPROCESSORS_CONF);
    case 97: return __sysconf(_SC_NPROCESSORS_ONLN);
    default: return __sysconf(name);
    }
}

// bionic's pthread_attr_t is the smaller one: glibc must not write into it.
int pthread_attr_init(pthread_attr_t *attr) { (void)attr; return 0; }
int pthread_attr_destroy(pthread_attr_t *attr) { (void)attr; return 0; }
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size) { (void)attr; (void)size; return 0; }

typedef int create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *with) {
    static create *real;
    (void)attr;
    if (!real) real = (create *)dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, 0, run, with);
}

#ifdef __arm__
// On 32 bits bionic's struct stat and struct dirent are those with 64-bit sizes.
int bionic_stat(const char *path, struct stat64 *to) __asm__("stat");
int bionic_stat(const char *path, struct stat64 *to) { return stat64(path, to); }
int bionic_lstat(const char *path, struct stat64 *to) __asm__("lstat");
int bionic_lstat(const char *path, struct stat64 *to) { return lstat64(path, to); }
int bionic_fstat(int file, struct stat64 *to) __asm__("fstat");
int bionic_fstat(int file, struct stat64 *to) { return fstat64(file, to); }
int bionic_fstatat(int folder, const char *path, struct stat64 *to, int flags) __asm__("fstatat");
int bionic_fstatat(int folder, const char *path, struct stat64 *to, int flags) {
    return fstatat64(folder, path, to, flags);
}
struct dirent64 *bionic_readdir(DIR *folder) __asm__("readdir");
struct dirent64 *bionic_readdir(DIR *folder) { return readdir64(folder); }
#endif
