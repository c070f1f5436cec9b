// limits DIRECTORY [MEGABYTES]: what the machine itself can do, as one JSON object. The bench's yardstick.
//   memory read with one and two threads; write + fsync of a new file (default 560 MB, what 10 million payments and ledger
//   rows take as plain records) and of one that has its blocks already; 4 KiB writes each made durable with fdatasync.
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 30, READ_TRIES = 7, WRITE_TRIES = 3, BLOCK_BYTES = 1 << 20, SYNC_TRIES = 400, SMALL_BYTES = 4096 };

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }
static double median(double *list, int n) {
    qsort(list, (size_t)n, sizeof *list, by_size);
    return list[n / 2];
}

static void must(bool is_well, const char *what) {
    if (is_well) return;
    perror(what);
    exit(1);
}

typedef struct { const uint64_t *from; size_t n; uint64_t sum; } Reader;
static void *read_all(void *argument) {
    Reader *r = argument;
    uint64_t sum[8] = { 0 };
    for (size_t i = 0; i < r->n; i += 8) for (int k = 0; k < 8; k++) sum[k] += r->from[i + (size_t)k];
    for (int k = 0; k < 8; k++) r->sum += sum[k];
    return NULL;
}

static volatile uint64_t keep;                             // what is read must be used, or it is not read

static double read_gb_per_s(const uint64_t *memory, int threads_n) {
    double tries[READ_TRIES];
    for (int t = 0; t < READ_TRIES; t++) {
        Reader readers[2] = { 0 };
        pthread_t threads[2];
        size_t part = READ_BYTES / sizeof *memory / (size_t)threads_n;
        double start_s = seconds_now();
        for (int i = 0; i < threads_n; i++) {
            readers[i] = (Reader){ memory + part * (size_t)i, part, 0 };
            must(pthread_create(&threads[i], NULL, read_all, &readers[i]) == 0, "pthread_create");
        }
        for (int i = 0; i < threads_n; i++) { pthread_join(threads[i], NULL); keep += readers[i].sum; }
        tries[t] = READ_BYTES / (seconds_now() - start_s) / 1e9;
    }
    return median(tries, READ_TRIES);
}

// Seconds of writing `bytes` from the start of the file and making them durable.
static double write_s(int file, const char *block, size_t bytes) {
    must(lseek(file, 0, SEEK_SET) == 0, "lseek");
    double start_s = seconds_now();
    for (size_t done = 0; done < bytes; done += BLOCK_BYTES) must(write(file, block, BLOCK_BYTES) == BLOCK_BYTES, "write");
    must(fsync(file) == 0, "fsync");
    return seconds_now() - start_s;
}

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "limits DIRECTORY [MEGABYTES]\n"); return 2; }
    size_t bytes = (size_t)(argc > 2 ? atoi(argv[2]) : 560) * BLOCK_BYTES;
    uint64_t *memory = aligned_alloc(64, READ_BYTES);
    must(memory != NULL, "memory");
    memset(memory, 1, READ_BYTES);                         // touched, so that pages are there; no zero page is shared
    double read_one = read_gb_per_s(memory, 1), read_two = read_gb_per_s(memory, 2);

    char path[4096];
    snprintf(path, sizeof path, "%s/limits.tmp", argv[1]);
    double fresh[WRITE_TRIES], again[WRITE_TRIES], small[SYNC_TRIES];
    const char *block = (const char *)memory;
    for (int t = 0; t < WRITE_TRIES; t++) {
        int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
        must(file >= 0, path);
        fresh[t] = write_s(file, block, bytes);
        again[t] = write_s(file, block, bytes);
        if (t == WRITE_TRIES - 1)
            for (int i = 0; i < SYNC_TRIES; i++) {
                double start_s = seconds_now();
                must(pwrite(file, block, SMALL_BYTES, (off_t)i * SMALL_BYTES) == SMALL_BYTES, "pwrite");
                must(fdatasync(file) == 0, "fdatasync");
                small[i] = seconds_now() - start_s;
            }
        close(file);
        unlink(path);
    }
    double small_median = median(small, SYNC_TRIES);
    printf("{\"read_gb_s_1\": %.2f, \"read_gb_s_2\": %.2f, \"write_mb\": %zu, \"write_s\": %.4f, \"rewrite_s\": %.4f, \"sync_median_ms\": %.3f, \"sync_p99_ms\": %.3f}\n",
        read_one, read_two, bytes / BLOCK_BYTES, median(fresh, WRITE_TRIES), median(again, WRITE_TRIES), small_median * 1e3,
        small[SYNC_TRIES * 99 / 100] * 1e3);
    free(memory);
    return 0;
}
