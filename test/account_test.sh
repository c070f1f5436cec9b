#!/usr/bin/env bash
# A person's way into the shell: the first head sets up an authenticator app before anything else opens, codes and recovery codes are good
# once, and who was given a password chooses another.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HARAPAN_DB=$dir/office.db HARAPAN_LANG=en
unset HARAPAN_FACTOR_KEY HARAPAN_KEYS
python3 - "$root/build/harapan" "$dir" <<'PY'
import base64, hashlib, hmac, json, os, re, struct, subprocess, sys, time
program, folder = sys.argv[1:]
passed = failed = 0
FIRST, GIVEN, OWN = "empat kata yang panjang", "sandi pertama sekali", "sandi kedua yang baru"

def law(name, holds, detail=""):
    global passed, failed
    if holds: passed += 1
    else: failed += 1; print("FAILED:", name, detail)

def run(who, *args, lines=()):
    env = dict(os.environ, HARAPAN_STATE=f"{folder}/{who}")
    done = subprocess.run([program, *args], input="".join(line + "\n" for line in lines), capture_output=True, text=True, env=env)
    return done.returncode, done.stdout, done.stderr

def app_code(key, shift=0):
    sum = hmac.new(base64.b32decode(key), struct.pack(">Q", int(time.time()) // 30 + shift), hashlib.sha1).digest()
    at = sum[19] & 15
    return "%06d" % ((struct.unpack(">I", sum[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)

def set_up(who):
    """The key comes on the error stream; the app's first code goes in."""
    env = dict(os.environ, HARAPAN_STATE=f"{folder}/{who}")
    p = subprocess.Popen([program, "factor", "add", "--json", "--password-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    key = re.search(r"\b[A-Z2-7]{32}\b", p.stderr.readline()).group()
    code = app_code(key)
    out, err = p.communicate(code + "\n")
    return key, code, json.loads(out)["recovery_codes"] if p.returncode == 0 else err

def login(who, *lines): return run(who, "login", who, "--password-stdin", lines=lines)[0]

law("the first head is added", run("kepala", "user", "add", "kepala", "--role", "head_dinsos", "--password-stdin", lines=[FIRST])[0] == 0)
law("and logs in with the password", login("kepala", FIRST) == 0)
code, _, err = run("kepala", "user", "list")
law("but can do nothing before there is a second factor", code == 6 and "harapan factor add" in err, err)
key, used, recovery = set_up("kepala")
law("ten recovery codes are shown", len(recovery) == 10, recovery)
law("then the office opens", run("kepala", "user", "list")[0] == 0)
law("the password alone no longer opens", login("kepala", FIRST) != 0)
law("nor does the code that was used", login("kepala", FIRST, used) == 6)
law("the next code does", login("kepala", FIRST, app_code(key, 1)) == 0)
law("a recovery code does", login("kepala", FIRST, recovery[3]) == 0)
law("once", login("kepala", FIRST, recovery[3]) == 6)
law("nine are left", json.loads(run("kepala", "factor", "--json")[1]) == {"set_up": True, "recovery_codes_left": 9, "needed": True})
law("it cannot be taken away by oneself", run("kepala", "factor", "remove")[0] == 6)
law("another person is added", run("kepala", "user", "add", "pemeriksa", "--role", "auditor", "--password-stdin", lines=[GIVEN])[0] == 0)
law("and logs in", login("pemeriksa", GIVEN) == 0)
code, _, err = run("pemeriksa", "user", "list")
law("but must choose a password first", code == 6 and "harapan password" in err, err)
law("not the old one wrong", run("pemeriksa", "password", "--password-stdin", lines=["salah sekali ini", OWN])[0] == 6)
law("nor a weak one", run("pemeriksa", "password", "--password-stdin", lines=[GIVEN, "pendek"])[0] == 3)
law("chooses one", run("pemeriksa", "password", "--password-stdin", lines=[GIVEN, OWN])[0] == 0)
law("and an auditor needs no second factor", run("pemeriksa", "user", "list")[0] == 0)
law("the given password is dead", login("pemeriksa", GIVEN) == 6)
law("the key is for its owner only", os.stat(f"{folder}/office.db.factor-key").st_mode & 0o77 == 0)
law("check is silent", run("kepala", "check")[:2] == (0, ""))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
PY
