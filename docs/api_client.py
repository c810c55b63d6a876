"""A client of the portal's interface that needs nothing but Python: push service records, read them back.

    PORTAL=https://... CLIENT_ID=... CLIENT_SECRET=... python api_client.py push < records.jsonl
    PORTAL=https://... CLIENT_ID=... CLIENT_SECRET=... python api_client.py pull 2026-11-01T00:00:00+08:00

One JSON object a line, with the fields of docs/api.md. What was turned down is printed, and the exit code is then 1.
"""

import itertools
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

MOST = 1000  # records in one batch
PATIENCE = 6  # attempts at one request


class Portal:
    def __init__(self, address, client_id, client_secret):
        self.address = address.rstrip("/")
        self.identity = {"client_id": client_id, "client_secret": client_secret}
        self.token, self.good_until = "", 0.0

    def push(self, records):
        """Send records in batches; yields the answer to each, in order: {index, external_id, status, id, problem}."""
        records = iter(records)
        while batch := list(itertools.islice(records, MOST)):
            yield from self.ask("POST", "/api/v1/service-records/batch/", {"records": batch})["results"]

    def pull(self, updated_since=""):
        """Every record of the stations that have authorised us, page by page."""
        wanted = {"updated_since": updated_since} if updated_since else {}
        page = "/api/v1/service-records/?" + urllib.parse.urlencode(wanted)
        while page:
            answer = self.ask("GET", page)
            yield from answer["results"]
            page = answer["next"]

    def ask(self, method, path, body=None):
        """One request, repeated with the same key while it is not known whether it was carried out."""
        url = path if path.startswith("http") else self.address + path
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.send(method, url, body, {**headers, "Authorization": f"Bearer {self.bearer()}"})
            except urllib.error.HTTPError as answer:
                problem = json.loads(answer.read() or b"{}")
                if problem.get("code") in ("token_expired", "token_invalid") and attempt == 1:
                    self.token = ""
                elif attempt == PATIENCE or not (
                    answer.code >= 500 or answer.code == 429 or problem.get("code") == "request_still_running"
                ):
                    raise Refusal(answer.code, problem) from None
                else:
                    time.sleep(float(answer.headers.get("Retry-After") or 2**attempt))
            except urllib.error.URLError:  # nobody there, or the line broke
                if attempt == PATIENCE:
                    raise
                time.sleep(2**attempt)

    def bearer(self):
        if time.monotonic() > self.good_until or not self.token:
            form = urllib.parse.urlencode({"grant_type": "client_credentials", **self.identity}).encode()
            with urllib.request.urlopen(f"{self.address}/oauth/token/", form, timeout=30) as answer:
                said = json.load(answer)
            self.token, self.good_until = said["access_token"], time.monotonic() + said["expires_in"] - 60
        return self.token

    @staticmethod
    def send(method, url, body, headers):
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


class Refusal(Exception):
    """A problem document: `problem["code"]` is stable, `problem["errors"]` names the fields."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')} {problem.get('errors', '')}")
        self.status, self.problem = status, problem


def main():
    portal = Portal(os.environ["PORTAL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    if sys.argv[1] == "pull":
        for record in portal.pull(*sys.argv[2:3]):
            print(json.dumps(record, ensure_ascii=False))
        return 0
    counts = {"created": 0, "changed": 0, "unchanged": 0, "rejected": 0}
    for row in portal.push(json.loads(line) for line in sys.stdin if line.strip()):
        counts[row["status"]] += 1
        if row["problem"]:
            print(json.dumps(row, ensure_ascii=False))
    print(json.dumps(counts), file=sys.stderr)
    return 1 if counts["rejected"] else 0


if __name__ == "__main__":
    sys.exit(main())
