"""A site that issues a ticket to whoever shares their vaccination status. Python 3.9 or newer, and nothing else.

    KYCVS=http://127.0.0.1:8080 KYCVS_API_KEY=sandbox-key-of-my-site PORT=8000 python3 site.py
"""
import http.cookies, http.server, json, os, secrets, urllib.error, urllib.parse, urllib.request

KYCVS = os.environ.get("KYCVS", "http://127.0.0.1:8080")
API_KEY = os.environ.get("KYCVS_API_KEY", "sandbox-key-of-my-site")
PORT = int(os.environ.get("PORT", "8000"))
WORDS = ["not vaccinated", "partially vaccinated", "fully vaccinated"]

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>My Site</title>
<form method="post" action="/done">
<script src="{kycvs}/embed.js"></script>
<kyc-vs name="result_code" session="{session}">Share your vaccination status</kyc-vs>
<button>Book</button>
</form></html>"""

bookings = {}  # the cookie of a browser: the references of its bookings, one for each tab


class Refused(Exception):
    """A problem code of KYC-VS, such as origin-not-allowed."""


def call(path, body):
    """Posts to KYC-VS with the API key, which no browser ever sees."""
    headers = {"Authorization": "Bearer " + API_KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(KYCVS + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Refused(json.load(error)["code"]) from None


def open_visit(reference):
    """Opens a visit of the consent page for one booking."""
    visit = {"purpose": "booking", "reference": reference, "origin": f"http://127.0.0.1:{PORT}"}
    return call("/v1/embed-sessions", visit)["id"]


def exchange(result_code, references):
    """The status 0, 1 or 2, if it answers one of these bookings."""
    answer = call("/v1/results", {"result_code": result_code})
    if answer["reference"] not in references:
        raise PermissionError("the answer to another booking")
    return answer["status"]


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/":
            return self.answer(404, "There is no such page.")
        cookie, reference = self.cookie() or secrets.token_urlsafe(), secrets.token_hex(8)
        bookings.setdefault(cookie, set()).add(reference)
        self.answer(200, PAGE.format(kycvs=KYCVS, session=open_visit(reference)), cookie)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        try:
            status = exchange(form["result_code"][0], bookings[self.cookie()])
        except (KeyError, PermissionError, Refused):
            return self.answer(403, "No answer, no ticket. <a href='/'>Start over</a>")
        self.answer(200, "Your ticket: " + WORDS[status])

    def cookie(self):
        sent = http.cookies.SimpleCookie(self.headers.get("Cookie", "")).get("booking")
        return sent.value if sent and sent.value in bookings else None

    def answer(self, status, html, cookie=None):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")  # who goes back gets another visit
        if cookie:
            self.send_header("Set-Cookie", f"booking={cookie}; HttpOnly; SameSite=Lax")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_):
        """Says nothing of each call."""


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Site)
    print(f"http://127.0.0.1:{PORT}", flush=True)
    server.serve_forever()
