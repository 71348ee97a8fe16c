"""Runs programs one at a time, and reports the time and memory of each."""

import os
import resource
import subprocess
import tempfile
import time

MEGABYTE = 1_000_000


class Measured:
    def __init__(self, wall, cpu, peak, status, output, size):
        self.wall, self.cpu, self.peak, self.status = wall, cpu, peak, status
        self.output, self.size = output, size


def run(command, folder, limit, memory=None, core=None):
    """Runs a command: wall and CPU seconds, peak memory in MB, exit code (negative when it was stopped), the end of its
    output and the size of all of it in bytes."""
    def restrict():
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 1))
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory * MEGABYTE, memory * MEGABYTE))
        if core is not None:
            os.sched_setaffinity(0, {core})
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, preexec_fn=restrict)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        size = os.fstat(output.fileno()).st_size
        output.seek(max(0, size - 2000))
        tail = output.read().decode(errors="replace")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEGABYTE, process.returncode,
                    tail, size)


def apart(work):
    """Calls a function in a process of its own.

    Linux counts the memory of the process that starts a program into the peak of that program, so what needs memory
    must not happen in the process that measures.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise SystemExit("the input of a benchmark could not be written")
