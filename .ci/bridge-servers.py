#!/usr/bin/env python3
"""Checks how the DLLs of the bridge handle servers that are broken, hostile or gone.

Usage: .ci/bridge-servers.py WINE CALLS, where CALLS is calls.exe next to the DLLs. Each case is what a server
sends on its connections, in order, and what the program then prints.
"""

import os
import socket
import subprocess
import sys
import threading

OK = "HTTP/1.1 200 OK\r\nX-HRESULT: 0x00000000\r\n"
CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n"
LOST, BAD, NOT_RUNNING = "0x800704d4", "0x8007003a", "0x80070426"
CREATED = '{"ID":"37B9E55C-0001-4B6F-969F-8585A89DC6E5"}'


def sized(body, head=OK):
    return f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}"


def error(status, text):
    return sized(f'{{"error":"{text}"}}', f"HTTP/1.1 {status} X\r\n")


def chunked(*chunks):
    return CHUNKED + "".join(f"{len(chunk):x}\r\n{chunk}\r\n" for chunk in chunks) + "0\r\n\r\n"


STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
EVENT = 'event: X\ndata: {"type":2,"status":0,"data":{"ID":"x"}}\n\n'


class Endless:
    """A response whose last piece is sent until the client closes the connection."""

    def __init__(self, start, piece):
        self.start = start.encode()
        self.piece = piece.encode() * (8192 // len(piece))


def after_an_event(piece, head=STREAM, frame=lambda text: text):
    return [[Endless(head + frame(": subscribed\n\n" + EVENT), frame(piece))]]


# What `unwatch` prints: one notification, and the end.
UNWATCHED = ["watch 0x2 0x00000000", "unwatch 0x00000000"]

# The calls, the connections with the responses on each, the requests expected, and the start of each line printed.
# A connection is closed after its last response, unless that has no end: with "close" the response and the end of
# the connection arrive together, and None is a request that is read but not answered.
CASES = [
    ("a response", ["list"], [[sized("[]")]], 1, ["list 0x00000000 []"]),
    ("a chunked response", ["list"], [[chunked("[", '"a"', "]")]], 1, ['list 0x00000000 ["a"]']),
    ("chunks with extensions and a trailer", ["list"],
     [[CHUNKED + "2;a=b\r\n[]\r\n0\r\nA: b\r\n\r\n"]], 1, ["list 0x00000000 []"]),
    ("two calls on one connection", ["list", "create"], [[sized("[]"), sized(CREATED)]], 2,
     ["list 0x00000000", "create 0x00000000"]),
    ("a server that closes after its response", ["list", "create"],
     [[sized("[]", OK + "Connection: close\r\n")], [sized(CREATED)]], 2, ["list 0x00000000", "create 0x00000000"]),
    ("a connection closed while idle", ["list", "create"], [[sized("[]"), "close"], [sized(CREATED)]], 2,
     ["list 0x00000000", "create 0x00000000"]),
    ("a query is retried after an old connection fails", ["list", "list"],
     [[sized("[]"), None], [sized("[1]")]], 3, ["list 0x00000000 []", "list 0x00000000 [1]"]),
    ("a change is not retried", ["list", "create"], [[sized("[]"), None]], 2,
     ["list 0x00000000", f"create {LOST}"]),
    ("a change is not retried by HNSCall", ["get", "post"], [[sized("{}"), None]], 2, ["get 0x00000000 {}", f"post {LOST}"]),
    ("a deletion is not retried", ["list", "delete"], [[sized("[]"), None]], 2, ["list 0x00000000", f"delete {LOST}"]),
    ("nothing is retried after a new connection fails", ["list"], [[None]], 1, [f"list {LOST} {{\"Success\":false"]),
    ("half a body", ["list"], [[OK + "Content-Length: 10\r\n\r\n[]"]], 1, [f"list {LOST}"]),
    ("half a chunk", ["list"], [[CHUNKED + "a\r\n[]"]], 1, [f"list {LOST}"]),
    ("half a head", ["list"], [[OK]], 1, [f"list {LOST}"]),
    ("a response that is not HTTP", ["list"], [["SSH-2.0-x\r\n"]], 1, [f"list {BAD}"]),
    ("HTTP without an HRESULT", ["list"], [[sized("[]", "HTTP/1.1 200 OK\r\n")]], 1, [f"list {BAD}"]),
    ("an invalid HRESULT", ["list"], [[sized("[]", "HTTP/1.1 200 OK\r\nX-HRESULT: 0x1ffffffff\r\n")]], 1,
     [f"list {BAD}"]),
    ("a body without a length", ["list"], [[OK + "\r\n[]"]], 1, [f"list {BAD}"]),
    ("a body with two lengths", ["list"], [[OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]"]], 1,
     [f"list {BAD}"]),
    ("a length and chunks", ["list"], [[OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n[]"]], 1,
     [f"list {BAD}"]),
    ("an unbounded body", ["list"], [[OK + "Content-Length: 99999999999\r\n\r\n[]"]], 1, [f"list {BAD}"]),
    ("an unbounded chunk", ["list"], [[CHUNKED + "ffffffffffff\r\n"]], 1,
     [f"list {BAD}"]),
    ("a line without end", ["list"], [["HTTP/1.1 200 " + "x" * 20000]], 1, [f"list {BAD}"]),
    ("a head without end", ["list"], [[OK + "A: b\r\n" * 1000]], 1, [f"list {BAD}"]),
    ("invalid UTF-8", ["list"], [[OK.encode() + b"Content-Length: 3\r\n\r\n\"\xff\""]], 1, [f"list {BAD}"]),
    ("a NUL", ["list"], [[sized('["\0"]')]], 1, [f"list {BAD}"]),
    ("a missing id", ["create"], [[sized('{"ID":5}')]], 1, [f"create {BAD}"]),
    ("invalid JSON instead of an id", ["open"], [[sized('{"ID":"')]], 1, [f"open {BAD}"]),
    ("an error with its record", ["open"],
     [[sized('{"Success":false,"Error":"é. ","ErrorCode":1}', "HTTP/1.1 404 X\r\nX-HRESULT: 0x803b0001\r\n")]], 1,
     ['open 0x803b0001 {"Success":false,"Error":"é. ","ErrorCode":1}']),
    ("an error from HNSCall", ["get"],
     [[sized('{"Success":false}', "HTTP/1.1 500 X\r\nX-HRESULT: 0x80070057\r\n")]], 1, ["get 0x80070057\n"]),
    ("a missing token", ["list"], [[error(401, "a token is needed")]], 1,
     ['list 0x80070005 {"Success":false,"Error":"Access is denied: a token is needed. ","ErrorCode":2147942405}']),
    ("an unknown route", ["list"], [[error(404, "no \\\"such\\\" route")]], 1,
     ['list 0x80004001 {"Success":false,"Error":"Not implemented: no \\"such\\" route. ","ErrorCode":2147500033}']),
    ("a document that is too long", ["create"], [[error(413, "too long")]], 1, ["create 0x800700df"]),
    ("a busy server", ["list"], [[error(503, "busy")]], 1, ["list 0x800700aa"]),
    ("an error that is not JSON", ["list"], [[sized('{"error":"a\nb"}', "HTTP/1.1 401 X\r\n")]], 1,
     ['list 0x80070005 {"Success":false,"Error":"Access is denied. ","ErrorCode":2147942405}']),
    ("a stream that ends", ["watch"], [[STREAM + ": subscribed\n\n" + EVENT]], 1,
     ["watch 0x2 0x00000000", "watch 0x1000000 0x00000000", "watch 0x00000000"]),
    ("a stream with invalid data", ["watch"], [[STREAM + ": subscribed\n\n" + EVENT + "data: {]\n\n"]], 1,
     ["watch 0x2 0x00000000", "watch 0x1000000 0x00000000", "watch 0x00000000"]),
    ("an unbounded stream", ["watch"], [[STREAM + ": subscribed\n\n" + "data: x\n" * 400000]], 1,
     ["watch 0x1000000 0x00000000", "watch 0x00000000"]),
    ("a stream of comments without end", ["unwatch"], after_an_event(": x\n"), 1, UNWATCHED),
    ("a stream of empty lines without end", ["unwatch"], after_an_event("\n"), 1, UNWATCHED),
    ("a stream of empty data without end", ["unwatch"], after_an_event("data:\n"), 1, UNWATCHED),
    ("a stream of other fields without end", ["unwatch"], after_an_event("id: 1\nevent: X\n\n"), 1, UNWATCHED),
    ("a stream of comments in chunks without end", ["unwatch"],
     after_an_event(": x\n", CHUNKED, lambda text: f"{len(text):x}\r\n{text}\r\n"), 1, UNWATCHED),
    ("a stream that never starts", ["watch"], [[STREAM + EVENT]], 1, [f"watch {LOST}"]),
    ("a refused stream", ["watch"], [[error(401, "a token is needed")]], 1, ["watch 0x80070005"]),
    ("no server", ["list", "get", "watch"], None, 0,
     [f"list {NOT_RUNNING} {{\"Success\":false", f"get {NOT_RUNNING}\n", f"watch {NOT_RUNNING}"]),
]


def read_request(stream):
    length = 0
    line = stream.readline()
    if not line:
        return False
    while line not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        line = stream.readline()
    stream.read(length)
    return True


class Server(threading.Thread):
    def __init__(self, connections):
        super().__init__(daemon=True)
        self.connections = connections
        self.requests = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def answer(self, connection, answers):
        with connection, connection.makefile("rb") as stream:
            for place, answer in enumerate(answers):
                if answer == "close":
                    connection.shutdown(socket.SHUT_WR)
                    return
                if not read_request(stream):
                    return
                self.requests += 1
                if answer is None:
                    return
                if isinstance(answer, Endless):
                    connection.sendall(answer.start)
                    while True:
                        connection.sendall(answer.piece)
                together = socket.MSG_MORE if answers[place + 1 : place + 2] == ["close"] else 0
                connection.sendall(answer if isinstance(answer, bytes) else answer.encode(), together)

    def run(self):
        for answers in self.connections:
            connection, _ = self.listener.accept()
            try:
                self.answer(connection, answers)
            except OSError:
                pass
        # Unexpected connections count too.
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.requests += 1
            connection.close()


def run(wine, program, case):
    name, calls, connections, requests, lines = case
    server = Server(connections or [])
    if connections is None:
        server.listener.close()
    else:
        server.start()
    environment = dict(os.environ, HNSCTL_ADDRESS=f"127.0.0.1:{server.port}")
    environment.pop("HNSCTL_TOKEN", None)
    output = subprocess.run(
        [wine, program, *calls], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120
    ).stdout.decode().replace("\r\n", "\n").splitlines(keepends=True)
    server.listener.close()
    same = len(output) == len(lines) and all(got.startswith(due) for got, due in zip(output, lines))
    if not same or server.requests != requests:
        sys.exit(f"FAILED: {name}: {server.requests} requests of {requests}; printed {output}, due {lines}")


def main():
    wine, program = sys.argv[1:]
    for case in CASES:
        run(wine, program, case)
    print(f"{len(CASES)} broken, hostile and absent servers were handled")


if __name__ == "__main__":
    main()
