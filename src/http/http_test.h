// http_test.h: knocking at a server with raw bytes, for the tests of every room that has pages.
#ifndef HTTP_HTTP_TEST_H
#define HTTP_HTTP_TEST_H
#include "base/test.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http/server.h"

// Sends the bytes, says it has no more, and reads all that comes back. Empty when the door was closed without a word.
static inline Str knock(Arena *a, Server *s, Str bytes) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(s)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    struct timeval patience = { .tv_sec = 30 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (size_t sent = 0; sent < bytes.n;) {
        ssize_t n = send(fd, bytes.p + sent, bytes.n - sent, MSG_NOSIGNAL);
        if (n <= 0) break;                                 // the door may close while we still talk
        sent += (size_t)n;
    }
    Buf got = { .max = 1 << 22 };
    char piece[65536];
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0;) buf_bytes(&got, piece, (size_t)n);
    close(fd);
    Str out = arena_str(a, buf_view(&got));
    buf_free(&got);
    return out;
}

static inline int status_of(Str answer) {
    int64_t status = 0;
    return answer.n > 12 && str_starts(answer, STR("HTTP/1.1 ")) && str_int64(str_part(answer, 9, 3), &status) ? (int)status : 0;
}

static inline Str body_of(Str answer) {
    const char *at = memmem(answer.p, answer.n, "\r\n\r\n", 4);
    return at ? str_part(answer, (size_t)(at + 4 - answer.p), answer.n) : (Str){ NULL, 0 };
}

static inline Str header_of(Str answer, const char *name) {
    Str rest = answer;
    while (rest.n) {
        Str line = str_cut(&rest, '\n'), value = line, key = str_cut(&value, ':');
        if (line.n <= 1) break;
        if (str_eq_nocase(key, str_c(name))) return str_trim(value);
    }
    return (Str){ NULL, 0 };
}

// "\n" becomes CR LF, "\r" stays itself; @ becomes the host line. Keeps the table readable.
static inline Str wire(Arena *a, Str text) {
    Buf b = { .max = 1 << 22 };
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n') buf_c(&b, "\r\n");
        else if (text.p[i] == '@') buf_c(&b, "Host: localhost\r\nConnection: close\r\n");
        else buf_char(&b, text.p[i]);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
#endif
