"""Starts a demonstration on loopback and lets sqlmap and schemathesis at it. See bin/attack."""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import time
import urllib.request

PROGRAM, TOOLS, ROOM, LEVEL = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4]
HERE = pathlib.Path(__file__).parent
# Two cores, one of them the server's.
AT_ONCE = 2
NOT_INJECTABLE = "all tested parameters do not appear to be injectable"
INJECTABLE = "sqlmap identified the following injection point"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Installation:
    """The product on a fresh folder, as a process of its own."""

    def __init__(self):
        self.base = f"http://127.0.0.1:{free_port()}"
        self.log = ROOM / "server.log"
        limits = {"YIWANG_REQUESTS_PER_MINUTE": "1000000000", "YIWANG_GUESSES_PER_MINUTE": "1000000000"}
        command = [PROGRAM, "--data", str(ROOM / "data"), "serve", "--listen", self.base[7:]]
        command += ["--admin-listen", f"127.0.0.1:{free_port()}"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | limits
            )
        until = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"the server does not answer:\n{self.log.read_text()}")
            time.sleep(0.1)

    def answers(self):
        try:
            return urllib.request.urlopen(f"{self.base}/help", timeout=5).status == 200
        except OSError:
            return False

    def log_in(self, login, secret=None):
        """A token; with the secret of a second factor for staff."""
        password = re.search(r"密码都是 ([!-~]+)", self.log.read_text()).group(1)
        body = {"login": login, "password": password} | ({"code": code(secret)} if secret else {})
        request = urllib.request.Request(
            f"{self.base}/api/v1/sessions", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        return json.load(urllib.request.urlopen(request, timeout=30))["token"]

    def clerk(self):
        line = next(line for line in self.log.read_text().splitlines() if "受理岗" in line)
        return self.log_in(line.split()[0], line.split("验证器密钥 ")[1].strip())

    def ask(self, path, token=""):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return json.load(urllib.request.urlopen(urllib.request.Request(f"{self.base}{path}", headers=headers), timeout=30))


def code(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def targets(here):
    """Address, body or none, token, parameters to try. An asterisk marks a place in a path."""
    citizen, clerk = here.log_in("wang"), here.clerk()
    body = here.ask("/api/v1/seals", clerk)["rows"][0]["body"]
    base = here.base
    progress = json.dumps({"number": "3201-20260924-000001", "password": "ABCDEF"})
    session = json.dumps({"login": "wang", "password": "not-her-password-1"})
    return [
        (f"{base}/search?q=food&side=person&page=1", None, "", "q,side,page"),
        (f"{base}/search/suggestions?q=food", None, "", "q"),
        (f"{base}/items?side=person&event=working&topic=085&department=market&kind=instant&division=320102&sort=name&page=1",
         None, "", "side,event,topic,department,kind,division,sort,page"),
        (f"{base}/items/food-business-licence*?division=320102", None, "", None),
        (f"{base}/halls?city=320100", None, "", "city"),
        (f"{base}/divisions?city=320100", None, "", "city"),
        (f"{base}/progress?number=3201-20260924-000001", None, "", "number"),
        (f"{base}/verify?identifier=1.2.156.3005.2.11320102.000131.A1", None, "", "identifier"),
        (f"{base}/api/v1/divisions?parent=320100", None, "", "parent"),
        (f"{base}/api/v1/items?division=320102&side=legal&department=market&topic=085&q=food&page=1&size=5", None, "",
         "division,side,department,topic,q,page,size"),
        (f"{base}/api/v1/items/food-business-licence*?division=320102", None, "", None),
        (f"{base}/api/v1/search?q=food&division=320102&page=1&size=5", None, "", "q,division,page,size"),
        (f"{base}/api/v1/certificates/1.2.156.3005.2.11320102.000131.A1*/verification", None, "", None),
        (f"{base}/api/v1/progress", progress, "", None),
        (f"{base}/api/v1/sessions", session, "", None),
        (f"{base}/api/v1/cases?page=1&size=5", None, citizen, "page,size"),
        (f"{base}/api/v1/cases/12345*", None, citizen, None),
        (f"{base}/api/v1/certificates/1.2.156.3005.2.11320102.000131.A1*", None, citizen, None),
        (f"{base}/api/v1/desk/cases?body={body}&queue=clerk&page=1", None, clerk, "body,queue,page"),
        (f"{base}/api/v1/library?body={body}&q=food", None, clerk, "body,q"),
        (f"{base}/api/v1/seals?body={body}&page=1&size=5", None, clerk, "body,page,size"),
    ]


def sqlmap(number, address, body, token, parameters, more=()):
    """Injectable or not, and what sqlmap said."""
    command = [str(TOOLS / "sqlmap"), "--batch", "--flush-session", "--disable-coloring", "--dbms=SQLite"]
    command += ["--level", LEVEL, "--risk", "1", "--time-sec", "2", "--output-dir", str(ROOM / f"sqlmap-{number}")]
    # Refusals are answers here: without this sqlmap gives up at the first.
    command += ["--ignore-code=*", "-u", address]
    headers = ["Content-Type: application/json"] if body else []
    headers += [f"Authorization: Bearer {token}"] if token else []
    if body:
        command += ["--data", body]
    if headers:
        command += ["--headers", "\\n".join(headers)]
    if parameters:
        command += ["-p", parameters]
    run = subprocess.run(command + list(more), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    return (INJECTABLE in run.stdout, NOT_INJECTABLE in run.stdout, run.stdout)


def counter_test():
    """What is injectable must be found, or the verdicts below mean nothing."""
    weak = subprocess.Popen([sys.executable, HERE / "weak.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{weak.stdout.readline().strip()}/?weak=a&sound=b"
        for name, wanted in (("weak", True), ("sound", False)):
            found, not_found, said = sqlmap(name, address, None, "", name)
            if (found, not_found) != (wanted, not wanted):
                sys.exit(f"FOUND: sqlmap misjudges a parameter called {name}:\n{said[-2000:]}")
    finally:
        weak.kill()
        weak.wait()
    print("sqlmap finds the parameter of a server made to be injectable, and not its sound one", flush=True)


def injections(here):
    # A connection kept open while nothing is sent may be closed by the server; sqlmap opens new ones.
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        wanted = targets(here)
        runs = {pool.submit(sqlmap, number, *target): target for number, target in enumerate(wanted)}
        tried = 0
        for run in concurrent.futures.as_completed(runs):
            address, body, _, parameters = runs[run]
            found, not_found, said = run.result()
            if found or not not_found:
                print(said[-4000:])
                what = "an injection" if found else "no verdict"
                sys.exit(f"FOUND: {what} at {address} {body or ''}")
            tried += len(re.findall(r"(?:does not seem|not appear) to be injectable", said)) - 1
    print(f"sqlmap, level {LEVEL}: {len(wanted)} addresses, {tried} parameters, none is injectable", flush=True)


def schema(here):
    """Every operation as a citizen and as a clerk; what takes a file is left to the tests of its parsers."""
    for who, token in (("a citizen", here.log_in("li")), ("a clerk", here.clerk())):
        command = [str(TOOLS / "schemathesis"), "run", f"{here.base}/api/openapi.json", "--seed", "1"]
        command += ["--max-examples", "5", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"]
        command += ["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
                    "response_schema_conformance,unsupported_method"]
        command += ["-H", f"Authorization: Bearer {token}"]
        # The session must not end in between.
        for path in ("/api/v1/sessions/current", "/api/v1/verifications"):
            command += ["--exclude-path", path]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, cwd=ROOM)
        counted = re.search(r"Test cases:\s+(\d+) generated", run.stdout)
        if run.returncode != 0 or not counted:
            print(run.stdout[-12000:], run.stderr[-2000:])
            sys.exit(f"FOUND: schemathesis as {who}")
        print(f"schemathesis as {who}: {counted.group(1)} requests, every answer as described, none above 499", flush=True)


def main():
    counter_test()
    here = Installation()
    try:
        schema(here)
        injections(here)
        here.ask("/api/v1/divisions")
        faults = [line for line in here.log.read_text().splitlines() if "ERROR" in line or "panicked" in line]
        if faults:
            sys.exit("FOUND: the server says\n" + "\n".join(faults[:10]))
    finally:
        here.process.terminate()
        here.process.wait(timeout=30)


main()
