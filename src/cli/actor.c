// actor.c: the token's file, the question for a password, and the two ways to name who acts.
#include "cli/actor.h"
#include "base/lang.h"
#include "office/practice.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

// ---- the token's file: $HARAPAN_STATE/DATABASE, readable by its owner only: the token, then the device, one a line --------

static const char *state_dir(Arena *a) {
    const char *own = getenv("HARAPAN_STATE"), *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (own && *own) return own;
    if (xdg && *xdg) return arena_fmt(a, "%s/harapan", xdg).p;
    return arena_fmt(a, "%s/.local/state/harapan", home && *home ? home : "/tmp").p;
}

// Named by the database's full path, so that it does not matter from where one works.
static const char *state_path(Arena *a, Db *db) {
    Str url = db_url(db);
    char full[PATH_MAX];
    if (db_engine(db) == DB_SQLITE && realpath(arena_c(a, url), full)) url = str_c(full);
    Hash hash = hash_of(url.p, url.n);
    Buf hex = { .max = 2 * sizeof hash };
    hash_put_hex(&hex, &hash);
    const char *path = arena_fmt(a, "%s/%.32s", state_dir(a), hex.p).p;
    buf_free(&hex);
    return path;
}

static void directories_make(const char *path) {           // all above the last slash; a failure shows when the file is opened
    char part[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        (void)mkdir(part, 0700);
    }
}

static bool state_write(Cli *cli, Db *db, Str token, Str device, Err *e) {
    const char *path = state_path(cli->arena, db), *temporary = arena_fmt(cli->arena, "%s.new", path).p;
    directories_make(path);
    (void)unlink(temporary);                               // never write into a file that somebody else made
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return fail(e, IO_FAILED, "The log-in cannot be kept in %s: %s.", path, strerror(errno));
    bool is_written = dprintf(file, STR_FMT "\n" STR_FMT "\n", STR_ARG(token), STR_ARG(device)) > 0 && fsync(file) == 0;
    is_written = close(file) == 0 && is_written && rename(temporary, path) == 0;
    return is_written || fail(e, IO_FAILED, "The log-in cannot be kept in %s: %s.", path, strerror(errno));
}

// Empty strings when there is none, or when others could read or have written it.
static void state_read(Cli *cli, Db *db, Str *token, Str *device) {
    *token = *device = STR("");
    char text[256];
    int file = open(state_path(cli->arena, db), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return;
    struct stat about;
    bool is_own = fstat(file, &about) == 0 && about.st_uid == geteuid() && (about.st_mode & 077) == 0;
    ssize_t n = is_own ? read(file, text, sizeof text) : 0;
    close(file);
    if (n <= 0) return;
    Str rest = arena_str(cli->arena, (Str){ text, (size_t)n });
    *token = str_cut(&rest, '\n');
    *device = str_cut(&rest, '\n');
}

// ---- asking for a password ---------------------------------------------------------------------------------------

enum { KEY_INTERRUPT = 3, KEY_END = 4, KEY_BACK = 8, KEY_DELETE = 127 };

// Reads a line key by key with the echo off. Signals of the keyboard are keys here, so that the echo always comes back.
static bool terminal_line(int terminal, char *out, size_t max, size_t *n) {
    struct termios before, silent;
    if (tcgetattr(terminal, &before)) return false;
    silent = before;
    silent.c_lflag &= (tcflag_t)~(ECHO | ICANON | ISIG);
    if (tcsetattr(terminal, TCSAFLUSH, &silent)) return false;
    bool is_done = false, is_cancelled = false;
    char key;
    *n = 0;
    while (!is_done && !is_cancelled && read(terminal, &key, 1) == 1) {
        is_done = key == '\n' || key == '\r';
        is_cancelled = key == KEY_INTERRUPT || (key == KEY_END && *n == 0);
        if (key == KEY_BACK || key == KEY_DELETE) *n -= *n > 0;
        else if (!is_done && !is_cancelled && *n < max) out[(*n)++] = key;
    }
    tcsetattr(terminal, TCSAFLUSH, &before);
    return is_done;
}

static bool terminal_password(Cli *cli, const char *prompt, Str *out, Err *e) {
    char text[PASSWORD_MAX + 1];
    size_t n = 0;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0) return fail(e, FORBIDDEN, "There is no terminal to ask for the password; give it with --password-stdin.");
    dprintf(terminal, "%s: ", prompt);
    bool is_read = terminal_line(terminal, text, sizeof text, &n);
    dprintf(terminal, "\n");
    close(terminal);
    if (is_read) *out = arena_str(cli->arena, (Str){ text, n });
    sodium_memzero(text, sizeof text);
    return is_read || fail(e, FORBIDDEN, "No password was given.");
}

// Byte by byte: what follows the line belongs to whoever reads next.
static bool stdin_password(Cli *cli, Str *out, Err *e) {
    char text[PASSWORD_MAX + 2];
    size_t n = 0;
    char c;
    while (n < sizeof text && read(STDIN_FILENO, &c, 1) == 1 && c != '\n') text[n++] = c;
    if (n && text[n - 1] == '\r') n--;
    if (n == 0) return fail(e, FORBIDDEN, "No password was given.");
    *out = arena_str(cli->arena, (Str){ text, n });
    sodium_memzero(text, sizeof text);
    return true;
}

bool actor_password(Cli *cli, const char *prompt, bool again, Str *out, Err *e) {
    Str first = { 0 }, second = { 0 };
    if (cli_has(cli, "--password-stdin")) return stdin_password(cli, out, e);
    if (!terminal_password(cli, prompt, &first, e)) return false;
    if (again && !terminal_password(cli, _("The same once more"), &second, e)) return false;
    if (again && !secret_eq(first, second)) return fail(e, BAD_INPUT, "The two passwords are not the same.");
    *out = first;
    return true;
}

// ---- who acts ----------------------------------------------------------------------------------------------------

bool actor_login(Cli *cli, Db *db, Str login, Viewer *out, Err *e) {
    Str unused, device, password;
    LoginTokens tokens;
    Session session;
    bool is_found = false;
    state_read(cli, db, &unused, &device);
    if (!actor_password(cli, _("Password"), false, &password, e)) return false;
    Login entry = { .login = login, .password = password, .from = STR("shell"), .device = device, .face = FACE_SHELL };
    if (!session_login(db, &entry, instant_now(), &tokens, e)) return false;
    if (tokens.needs_code) {
        Str pending = arena_str(cli->arena, str_c(tokens.session.text));
        if (!actor_password(cli, _("Code of the app, or a recovery code"), false, &entry.password, e) ||
            !session_login_code(db, pending, &entry, instant_now(), &tokens, e)) return false;
    }
    if (!session_find(db, str_c(tokens.session.text), instant_now(), &session, &is_found, e) ||
        !state_write(cli, db, str_c(tokens.session.text), str_c(tokens.device.text), e)) return false;
    *out = session.viewer;
    return true;
}

bool actor_session(Cli *cli, Db *db, Session *out, bool *is_found, Err *e) {
    Str token, unused;
    state_read(cli, db, &token, &unused);
    *is_found = false;
    return token.n == 0 || session_find(db, token, instant_now(), out, is_found, e);
}

bool actor_logout(Cli *cli, Db *db, Err *e) {
    Session session;
    bool is_found = false;
    Str unused, device;
    state_read(cli, db, &unused, &device);
    if (!actor_session(cli, db, &session, &is_found, e) || (is_found && !session_end(db, &session, instant_now(), e))) return false;
    return state_write(cli, db, STR(""), device, e);
}

bool actor_arriving(Cli *cli, Db *db, Session *session, Err *e) {
    bool is_found = false;
    if (!actor_session(cli, db, session, &is_found, e)) return false;
    if (!is_found) return fail(e, FORBIDDEN, "Nobody is logged in here. Type: harapan login USER");
    return session_touch(db, session, instant_now(), e);
}

static bool actor_find(Cli *cli, Db *db, Session *session, Err *e) { return actor_arriving(cli, db, session, e) && session_require_ready(session, e); }

bool actor_viewer(Cli *cli, Db *db, Viewer *out, Err *e) {
    Session session;
    if (!actor_find(cli, db, &session, e)) return false;
    *out = session.viewer;
    return true;
}

bool actor_require(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e) {
    Session session;
    if (!actor_find(cli, db, &session, e) || !authority_require(&session.viewer, action, kab, e)) return false;
    *out = session.viewer;
    return true;
}

bool actor_require_here(Cli *cli, Db *db, Action action, bool may_be_all, int64_t *kab, Viewer *out, Err *e) {
    int64_t low, high;
    if (!cli_int(cli, "--kab", 0, kab, e) || !actor_require(cli, db, action, *kab ? *kab : KAB_NONE, out, e)) return false;
    authority_area(out, &low, &high);
    if (*kab == 0 && low == high) *kab = low;
    if (*kab == 0 && !may_be_all) return fail(e, BAD_INPUT, "Say which district: --kab CODE.");
    return authority_require(out, action, *kab, e);
}

Sight actor_sight(const Viewer *viewer) { return authority_sight(viewer, date_of_instant(instant_now(), 420)); }

bool actor_reader(Cli *cli, Db *db, int64_t *kab, Viewer *out, Sight *sight, Err *e) {
    Session session;
    if (!actor_find(cli, db, &session, e)) return false;
    Action action = authority_allows(&session.viewer, ACTION_READ_OWN, KAB_NONE) ? ACTION_READ_OWN : ACTION_READ;
    if (!actor_require_here(cli, db, action, false, kab, out, e)) return false;
    *sight = actor_sight(out);
    return true;
}

static bool confirm(Cli *cli, Db *db, const char *why, Action action, int64_t kab, Viewer *out, Err *e) {
    Session session = { 0 };
    Str password = { 0 };
    if (!actor_find(cli, db, &session, e) || !authority_require(&session.viewer, action, kab, e)) return false;
    const char *prompt = arena_fmt(cli->arena, "%s %s", why, session.viewer.login).p;
    if (!actor_password(cli, prompt, false, &password, e) || !session_prove(db, &session, password, STR("shell"), instant_now(), e)) return false;
    *out = session.viewer;
    return true;
}

bool actor_confirm(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e) {
    return confirm(cli, db, _("Money is about to move. Password of"), action, kab, out, e);
}
bool actor_confirm_signature(Cli *cli, Db *db, Action action, int64_t kab, Viewer *out, Err *e) {
    return confirm(cli, db, _("You are about to sign. Password of"), action, kab, out, e);
}

bool actor_prove(Cli *cli, Db *db, const Session *session, Err *e) {
    Str password = { 0 };
    const char *prompt = arena_fmt(cli->arena, _("Password of %s, once more"), session->viewer.login).p;
    return session_is_confirmed(session, instant_now()) ||
           (actor_password(cli, prompt, false, &password, e) && session_prove(db, session, password, STR("shell"), instant_now(), e));
}

bool actor_keeper(Cli *cli, Db *db, int64_t kab, Viewer *out, Err *e) {
    Session session = { 0 };
    if (!actor_find(cli, db, &session, e) || !authority_require(&session.viewer, ACTION_USERS, kab, e) || !actor_prove(cli, db, &session, e)) return false;
    *out = session.viewer;
    return true;
}

bool actor_band(Cli *cli, Db *db, bool *is_practice, Err *e) {
    if (!practice_is(db, is_practice, e)) return false;
    if (*is_practice && !cli->is_json) fprintf(stderr, "%s\n", practice_band());
    return true;
}
