"""Books at several servers, to see what a booking costs the servers: asks at one, confirms at the next.

    python3 book.py BOOKINGS people.csv MESSAGES SERVER…

MESSAGES is where sms.py prints, and SERVER an address such as 127.0.0.1:8080. measure.sh reads what it costs. Set [messages]
per_entity high enough.
"""

import csv
import http.client
import json
import os
import queue
import re
import sys
import threading
import time

KEY = os.environ["KYCVS_API_KEY"]
VISITORS = 16


def follow(messages, codes):
    messages.seek(0, 2)
    line = ""
    while True:
        line += messages.readline()
        if line.endswith("\n"):
            message = json.loads(line)
            codes[message["to"][-10:]] = re.search(r"\b\d{6}\b", message["text"]).group()
            line = ""
        else:
            time.sleep(0.002)


def book(people, codes, servers, statuses):
    connections = [http.client.HTTPConnection(server) for server in servers]

    def post(place, path, body):
        headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
        connection = connections[place % len(connections)]
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    place = 0
    while True:
        try:
            mobile, name = people.get_nowait()
        except queue.Empty:
            return
        place += 1
        status, asked = post(place, "/v1/status-requests", {"mobile": mobile, "name": name, "purpose": "railway-booking"})
        if status == 201:
            while mobile not in codes:
                time.sleep(0.002)
            body = {"otp": codes[mobile], "notice_hash": asked["notice"]["hash"]}
            status, _ = post(place + 1, f"/v1/status-requests/{asked['id']}/confirm", body)
        statuses.append(status)


def main():
    count, registry, messages, *servers = sys.argv[1:]
    chosen, people, codes, statuses = {}, queue.Queue(), {}, []
    with open(registry) as rows:
        for row in csv.DictReader(rows):
            chosen.setdefault(row["mobile"], row["name"])
            if len(chosen) == int(count):
                break
    for person in chosen.items():
        people.put(person)
    threading.Thread(target=follow, args=(open(messages), codes), daemon=True).start()
    start = time.monotonic()
    visitors = [threading.Thread(target=book, args=(people, codes, servers, statuses)) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    seconds = time.monotonic() - start
    # A name that two of a household share is answered 404.
    print({status: statuses.count(status) for status in set(statuses)}, f"in {seconds:.1f} s")


main()
