"""A server with an injectable parameter and one that is not: the counter-test of sqlmap's verdicts."""

import http.server
import sqlite3
import sys
import urllib.parse

ROWS = sqlite3.connect(":memory:", check_same_thread=False)
ROWS.executescript("CREATE TABLE item (name TEXT, words TEXT); INSERT INTO item VALUES ('a', 'one'), ('b', 'two')")


class Weak(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        weak, sound = (asked.get(name, [""])[0] for name in ("weak", "sound"))
        try:
            rows = ROWS.execute(f"SELECT words FROM item WHERE name = '{weak}'").fetchall()
            rows += ROWS.execute("SELECT words FROM item WHERE name = ?", (sound,)).fetchall()
            status, text = 200, f"<html><body><p>Found: {rows}</p></body></html>"
        except sqlite3.Error:
            status, text = 500, "<html><body><p>Sorry</p></body></html>"
        self.send_response(status)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weak)
print(server.server_port, flush=True)
sys.stdin.close()
server.serve_forever()
