/* Runs a fuzzer's target over files, without libFuzzer: replay FILE|DIRECTORY... With any compiler, the corpus is a
 * test. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz/input.h"

enum { PATH_ROOM = 4096, INPUT_ROOM = 1 << 20 };

static size_t replayed;

static bool complain(const char *path) {
    (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
}

static bool replay_file(const char *path) {
    static uint8_t room[INPUT_ROOM];
    FILE *file = fopen(path, "rb");
    if (!file) {
        return complain(path);
    }
    size_t size = fread(room, 1, sizeof room, file);
    if (ferror(file)) {
        (void)fclose(file);
        return complain(path);
    }
    (void)fclose(file);
    uint8_t *exact = (uint8_t *)malloc(size + !size); /* so that a sanitizer sees a read past the end */
    if (!exact) {
        return complain(path);
    }
    memcpy(exact, room, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    replayed++;
    return true;
}

static bool replay_directory(const char *path, DIR *directory) {
    char name[PATH_ROOM];
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (snprintf(name, sizeof name, "%s/%s", path, entry->d_name) >= PATH_ROOM) {
            errno = ENAMETOOLONG;
            return complain(path);
        }
        if (!replay_file(name)) {
            return false;
        }
    }
    return true;
}

static bool replay(const char *path) {
    DIR *directory = opendir(path);
    if (!directory) {
        return replay_file(path);
    }
    bool good = replay_directory(path, directory);
    (void)closedir(directory);
    return good;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!replay(argv[i])) {
            return 1;
        }
    }
    printf("%zu inputs replayed\n", replayed);
    return replayed == 0; /* an empty corpus tests nothing */
}
