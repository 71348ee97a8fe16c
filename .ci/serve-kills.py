"""The work of .ci/serve-kills: a server that is killed, a client, and the calls that were acknowledged."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading

hnsctl, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
NETWORK = "00000000-0000-0000-0000-0000000000aa"


def failed(reason):
    sys.exit(f"FAILED: {reason}; seed {seed}")


def start():
    """Starts a server, and returns it with its port."""
    server = subprocess.Popen(
        [hnsctl, "serve", "--state", "host.json", "--port", "0"],
        stdout=subprocess.PIPE, stderr=open("serve.log", "ab"), text=True)
    line = server.stdout.readline()
    prefix = "listening on http://127.0.0.1:"
    if not line.startswith(prefix):
        server.kill()
        failed("the server does not start: " + open("serve.log").read()[-2000:])
    return server, int(line[len(prefix):])


def call(connection, function, body="", **query):
    """Makes a call, and returns whether it was acknowledged, and with which HRESULT."""
    text = "&".join(f"{key}={value}" for key, value in query.items())
    connection.request("POST", f"/hcn/{function}?{text}", body=body)
    answer = connection.getresponse()
    answer.read()
    return answer.getheader("X-HRESULT")


def stored():
    """The names of the endpoints in the stored state."""
    run = subprocess.run(
        [hnsctl, "show", "endpoints", "--state", "host.json", "--json"], capture_output=True, text=True)
    if run.returncode != 0:
        failed("the state does not load: " + run.stdout + run.stderr)
    return {endpoint["Name"] for endpoint in json.loads(run.stdout)["endpoints"]}


# The result of all acknowledged calls, and the pending call when the server was killed.
held = {}
acknowledged = 0
in_flight_kept = 0
numbers = iter(range(1, 1 << 40))

for round_number in range(1, rounds + 1):
    server, port = start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if round_number == 1:
        document = json.dumps({
            "Name": "pods", "Type": "NAT",
            "Ipams": [{"Subnets": [{"IpAddressPrefix": "10.0.0.0/12",
                                    "Routes": [{"NextHop": "10.0.0.1", "DestinationPrefix": "0.0.0.0/0"}]}]}],
            "SchemaVersion": {"Major": 2, "Minor": 0}})
        if call(connection, "HcnCreateNetwork", document, id=NETWORK) != "0x00000000":
            failed("the network was refused")
    # The moment is random in time, so that kills hit both between calls and during calls.
    delay = chance.uniform(0, 0.4)
    killer = threading.Timer(delay, lambda: os.kill(server.pid, signal.SIGKILL))
    killer.start()
    pending = None
    try:
        while True:
            # At most a few hundred endpoints, so the addresses of one network are enough.
            creates = not held or len(held) < 300 and chance.random() < 0.55
            if creates:
                number = next(numbers)
                pending = ("create", f"e{number}", f"00000000-0000-0000-0001-{number:012x}")
                answer = call(
                    connection, "HcnCreateEndpoint", json.dumps({"Name": pending[1]}), id=pending[2],
                    network=NETWORK)
            else:
                name = chance.choice(sorted(held))
                pending = ("delete", name, held[name])
                answer = call(connection, "HcnDeleteEndpoint", id=pending[2])
            if answer != "0x00000000":
                failed(f"round {round_number}: {pending} returned {answer}")
            acknowledged += 1
            if creates:
                held[pending[1]] = pending[2]
            else:
                del held[pending[1]]
            pending = None
    except (OSError, http.client.HTTPException):
        pass
    killer.join()
    server.wait()
    connection.close()

    found = stored()
    wanted = set(held)
    if pending is not None and found != wanted:
        after = wanted | {pending[1]} if pending[0] == "create" else wanted - {pending[1]}
        if found == after:
            in_flight_kept += 1
            if pending[0] == "create":
                held[pending[1]] = pending[2]
            else:
                del held[pending[1]]
            wanted = after
    if found != wanted:
        failed(f"round {round_number}: lost {sorted(wanted - found)[:5]}, too many {sorted(found - wanted)[:5]}")
    stray = [name for name in os.listdir(".") if ".saving-" in name]
    if len(stray) > 2:
        failed(f"round {round_number}: {stray} have accumulated")

# Finally it is stopped cleanly, and only the state is left.
server, port = start()
server.send_signal(signal.SIGTERM)
if server.wait(timeout=60) != 0:
    failed(f"the graceful stop exited with {server.returncode}: " + open("serve.log").read()[-2000:])
left = sorted(name for name in os.listdir(".") if name.startswith(("host.json", ".host.json")))
if left != ["host.json", "host.json.lock"]:
    failed(f"after the graceful stop there are {left}")
if stored() != set(held):
    failed("the graceful stop lost data")
if acknowledged < rounds:
    failed(f"only {acknowledged} calls were acknowledged: the kills come too early")
print(f"seed {seed}: {rounds} servers were killed, {acknowledged} calls acknowledged and none lost; "
      f"{in_flight_kept} calls in flight were kept")
