// measure REPORT COMMAND [ARGUMENT]…: runs the command and writes what the whole process cost as JSON to REPORT.
// Wall time from before the fork to after the wait; user and system CPU and peak memory from the kernel, children included.
// A small program of its own, so that the peak memory of the harness does not count as that of the command.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }

int main(int argc, char **argv) {
    if (argc < 3) { fprintf(stderr, "measure REPORT COMMAND [ARGUMENT]...\n"); return 2; }
    double start_s = seconds_now();
    pid_t child = fork();
    if (child < 0) { perror("fork"); return 1; }
    if (child == 0) { execvp(argv[2], argv + 2); perror(argv[2]); _exit(127); }
    int status = 0;
    struct rusage used;
    while (wait4(child, &status, 0, &used) < 0) if (errno != EINTR) { perror("wait4"); return 1; }
    double wall_s = seconds_now() - start_s;
    FILE *report = fopen(argv[1], "w");
    if (!report) { perror(argv[1]); return 1; }
    int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(report, "{\"wall_s\": %.6f, \"user_s\": %.6f, \"system_s\": %.6f, \"peak_kib\": %ld, \"exit\": %d}\n", wall_s,
        seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss, exit_code);
    return fclose(report) == 0 ? exit_code : 1;
}
