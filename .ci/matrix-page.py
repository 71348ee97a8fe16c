"""Drives a browser over its debugging pipe and checks what the matrix pages show.

Usage: matrix-page.py HNSCTL BROWSER PROFILES [--shots FOLDER]
"""
import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile


class Browser:
    """A headless browser; commands go through one pipe, responses and events through another."""

    def __init__(self, program, folder):
        down_read, self.down = os.pipe()
        self.up, up_write = os.pipe()

        def child():
            # The browser reads commands from descriptor 3 and responds on 4.
            low, high = os.dup(down_read), os.dup(up_write)
            os.dup2(low, 3)
            os.dup2(high, 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)

        # High descriptors, so that 3 and 4 are free in the child.
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--remote-debugging-pipe", f"--user-data-dir={folder}"],
            preexec_fn=child, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(down_read)
        os.close(up_write)
        self.rest = b""
        self.last = 0
        self.events = []
        target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = None
        self.session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ["Page", "Runtime", "Network"]:
            self.send(f"{domain}.enable")

    def read(self):
        while b"\0" not in self.rest:
            chunk = os.read(self.up, 1 << 20)
            if not chunk:
                raise SystemExit("the browser exited")
            self.rest += chunk
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def send(self, method, parameters=None):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters or {}}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.down, data):]
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path):
        self.load("Page.navigate", {"url": path.as_uri()})
        self.requests = [
            event["params"]["request"]["url"] for event in self.events
            if event.get("method") == "Network.requestWillBeSent"]

    def reload(self):
        self.load("Page.reload")

    def load(self, method, parameters=None):
        self.events = []
        self.send(method, parameters)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())

    def value(self, expression):
        result = self.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        if "exceptionDetails" in result:
            raise SystemExit(f"the page: {result['exceptionDetails']}\n{expression}")
        return result["result"].get("value")

    def width(self, pixels, height=900):
        self.send("Emulation.setDeviceMetricsOverride",
                  {"width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": pixels < 500})

    def media(self, scheme, medium=""):
        self.send("Emulation.setEmulatedMedia",
                  {"media": medium, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def key(self, key, code):
        for kind in ["rawKeyDown", "keyUp"]:
            self.send("Input.dispatchKeyEvent",
                      {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code})
        if key == "Enter":
            self.send("Input.dispatchKeyEvent", {"type": "char", "text": "\r", "key": key})

    def shot(self, path):
        # The whole page.
        data = self.send("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        with contextlib.suppress(SystemExit, OSError):
            self.send("Browser.close")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


# Every piece of text with its color, its background color, and their contrast.
TEXTS = """(() => {
  const channel = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ['SCRIPT', 'STYLE', 'OPTION'].includes(element.tagName)) continue;
    const ink = parse(getComputedStyle(element).color), behind = ground(element);
    const [high, low] = [light(ink), light(behind)].sort((a, b) => b - a);
    found.push({ text: walker.currentNode.data.trim(), contrast: (high + 0.05) / (low + 0.05), ink, behind });
  }
  return found;
})()"""

# The cells of all matrices; the class of a cell is its verdict.
CELLS = "[...document.querySelectorAll('[data-matrix] td')]"


class Check:
    def __init__(self, hnsctl, browser, folder, shots):
        self.hnsctl, self.browser, self.folder, self.shots = hnsctl, browser, folder, shots
        self.count = 0

    def holds(self, truth, what):
        self.count += 1
        if not truth:
            raise SystemExit(f"FAILED: {self.title}: {what}")

    def run(self, *arguments, status=0, command="matrix"):
        run = subprocess.run([self.hnsctl, command, *arguments], capture_output=True, text=True)
        self.holds(run.returncode == status, f"{arguments} exited {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout

    def page(self, title, *arguments, status=0, heading="Reachability: "):
        """Checks what applies to every page; the browser stays on it."""
        self.title = title
        path = self.folder / f"{title}.html"
        if heading.startswith("Audit"):
            path.write_text(self.run(*map(str, arguments), "--format", "html", status=status, command="audit"))
        else:
            self.run(*map(str, arguments), "--html", str(path), status=status)
        browser = self.browser
        # Pages with a filter script are also checked without scripts.
        browser.send("Emulation.setScriptExecutionDisabled", {"value": False})
        browser.media("light")
        browser.width(1280)
        browser.open(path)
        self.holds(browser.requests == [path.as_uri()], f"it requests {browser.requests}")
        self.holds(browser.value("document.title").startswith(heading), "the title")
        colors = {}
        for scheme in ["light", "dark"]:
            browser.media(scheme)
            texts = browser.value(TEXTS)
            self.holds(len(texts) > 5, "there is no text")
            for text in texts:
                self.holds(text["contrast"] >= 4.5, f"{scheme}: '{text['text']}' has a contrast of {text['contrast']:.2f}")
            colors[scheme] = browser.value("getComputedStyle(document.body).backgroundColor")
            self.verdicts(scheme, colors[scheme])
        self.holds(colors["light"] != colors["dark"], "light and dark look alike")
        browser.media("light")
        for width in [360, 390, 800, 1280, 1400]:
            browser.width(width)
            wide = browser.value("document.documentElement.scrollWidth")
            self.holds(wide <= width, f"at {width} pixels the page is {wide} pixels wide")
            small = browser.value(
                "[...document.querySelectorAll('input, select, button, td > a')].filter((it) => it.offsetHeight > 0 && it.offsetHeight < 16).length")
            self.holds(small == 0, f"at {width} pixels {small} controls are too small")
            for scheme in ["light", "dark"] if self.shots and width in [390, 800, 1400] else []:
                browser.media(scheme)
                browser.shot(f"{self.shots}/{title}-{width}-{scheme}.png")
            browser.media("light")
        ids = browser.value("[...document.querySelectorAll('[id]')].map((it) => it.id)")
        self.holds(len(ids) == len(set(ids)), "an id appears twice")
        broken = browser.value(
            "[...document.querySelectorAll('[aria-labelledby]')].filter((it) => !document.getElementById(it.getAttribute('aria-labelledby'))).length"
            " + [...document.querySelectorAll('a[href^=\"#\"]')].filter((it) => !document.getElementById(it.getAttribute('href').slice(1))).length")
        self.holds(broken == 0, "a reference is broken")
        tables = browser.value(
            "[...document.querySelectorAll('table')].map((it) => [!!it.caption, [...it.querySelectorAll('th')].every((th) => th.scope)])")
        self.holds(all(map(all, tables)), "a table lacks its caption or a header its scope")
        cut = browser.value(
            "[...document.querySelectorAll('td, th')].filter((it) => it.scrollWidth > it.clientWidth + 1 && !it.closest('.compact')).length")
        self.holds(cut == 0, f"the text of {cut} cells is wider than the cell")
        tight = browser.value(
            "[...document.querySelectorAll('td')].filter((it) => { const range = document.createRange(); range.selectNodeContents(it);"
            " return it.innerText && !it.closest('.compact') && range.getBoundingClientRect().left < it.getBoundingClientRect().left + 4; }).length")
        self.holds(tight == 0 or "Reachability" in heading, f"the text of {tight} cells touches their border")
        rows = browser.value(
            "[...document.querySelectorAll('tr')].filter((it) => new Set([...it.cells].map((cell) => cell.offsetTop)).size > 1).length")
        self.holds(rows == 0, f"{rows} rows are not aligned")
        browser.media("light", "print")
        browser.width(680)
        outside = browser.value(
            "[...document.querySelectorAll('table, th, td, code, p, dd')].filter((it) => it.getBoundingClientRect().right > innerWidth + 1).length")
        self.holds(outside == 0, f"{outside} elements are cut off in print")
        browser.width(1280)
        paper = browser.send("Page.printToPDF", {"preferCSSPageSize": True})["data"]
        paper = base64.b64decode(paper)
        self.holds(paper.startswith(b"%PDF") and paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") > 0
                   or b"/Type/Page" in paper, "there are no printed pages")
        if self.shots:
            pathlib.Path(f"{self.shots}/{title}.pdf").write_bytes(paper)
            browser.width(680)
            browser.shot(f"{self.shots}/{title}-print.png")
            browser.width(1280)
        self.pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
        browser.media("light")
        return path

    def matrix(self, title, *arguments, fold="always"):
        """A matrix: its cells are those of the JSON document."""
        arguments = [*arguments, "--fold", fold]
        path = self.page(title, *arguments)
        browser = self.browser
        document = json.loads(self.run(*map(str, arguments), "--json"))
        wanted = {}
        for cell in document["cells"]:
            # A cell can stand for several services with equal results.
            count = len(cell.get("services", [cell["service"]]))
            wanted[cell["verdict"]] = wanted.get(cell["verdict"], 0) + count
        shown = {}
        for verdict, services in browser.value(
                f"{CELLS}.map((it) => [it.className, +it.closest('table').dataset.services])"):
            shown[verdict] = shown.get(verdict, 0) + services
        self.holds(shown == wanted, f"the page shows {shown} cells, but the document has {wanted}")
        words = browser.value(
            f"{CELLS}.filter((it) => it.className !== 'none').map((it) => [it.innerText, it.className, it.offsetHeight])")
        self.holds(words and all(verdict in text and height > 0 for text, verdict, height in words), "a verdict is not readable")
        lost = browser.value(
            f"{CELLS}.filter((it) => !document.querySelector(`#rules > ol > li[id=\"${{it.firstChild.hash.slice(1)}}\"] > b.${{it.className}}`)).length")
        self.holds(lost == 0, f"{lost} cells have no explanation of their verdict")
        rules = {cell["rule"] for cell in document["cells"] if cell.get("rule")}
        told = set(browser.value("[...document.querySelectorAll('#rules code')].map((it) => it.textContent)"))
        self.holds(rules <= told, f"the page does not show {rules - told}")
        self.keyboard()
        self.paper()
        self.filter()
        return path

    def verdicts(self, scheme, ground):
        """What is blocked has the color of the page, and what is allowed does not."""
        found = self.browser.value(
            f"{CELLS}.map((it) => [it.className, getComputedStyle(it).backgroundColor])")
        for verdict, color in found:
            if verdict == "block":
                self.holds(color == ground, f"{scheme}: a blocked cell stands out")
            if verdict == "allow":
                self.holds(color != ground, f"{scheme}: an allowed cell does not stand out")

    def keyboard(self):
        """Tab goes to the skip link, then to the first cell, whose explanation is shown with its ends."""
        browser = self.browser
        browser.value("document.activeElement.blur()")
        browser.key("Tab", 9)
        first = browser.value("document.activeElement.className")
        self.holds(first == "skip", f"Tab goes to '{first}' first")
        box = browser.value("(() => { const it = document.activeElement.getBoundingClientRect(); return [it.left, it.width]; })()")
        self.holds(box[0] >= 0 and box[1] > 0, "the skip link stays hidden")
        browser.key("Enter", 13)
        for _ in range(200):
            browser.key("Tab", 9)
            if browser.value("!!document.activeElement.closest('td')"):
                break
        is_first = browser.value("document.activeElement === document.querySelector('td > a')")
        self.holds(is_first, "Tab does not reach the first cell")
        outline = browser.value("getComputedStyle(document.activeElement).outlineStyle")
        self.holds(outline != "none", "the focus is not visible")
        self.answer()
        browser.key("Escape", 27)
        self.holds(browser.value("document.getElementById('answer').offsetHeight") == 0, "Escape does not close the explanation")
        browser.key("Enter", 13)
        self.answer()
        self.arrows()

    def answer(self):
        """The explanation of the focused cell is shown and does not cover the cell."""
        browser = self.browser
        texts = browser.value(
            "(() => { const cell = document.activeElement.closest('td'), table = cell.closest('table');"
            " return [document.getElementById('answer').innerText, cell.parentElement.cells[0].innerText,"
            " table.tHead.rows[0].cells[cell.cellIndex].innerText, cell.innerText]; })()")
        self.holds(all(text.strip() in texts[0] for text in texts[1:]), f"the explanation of a cell is {texts}")
        covered = browser.value(
            "document.activeElement.getBoundingClientRect().bottom > document.getElementById('answer').getBoundingClientRect().top")
        self.holds(not covered, "the explanation covers its cell")

    def arrows(self):
        """Arrow keys visit every cell of the first table and stay in it; Tab leaves it."""
        browser = self.browser
        place = ("(() => { const it = document.activeElement.closest('td'); const rows = [...it.closest('tbody').rows];"
                 " return [rows.indexOf(it.parentElement), it.cellIndex - 1]; })()")
        rows, columns = browser.value(
            "(() => { const it = document.querySelector('table[data-matrix]'); return [it.tBodies[0].rows.length, it.tHead.rows[0].cells.length - 1]; })()")
        row, column = browser.value(place)
        for key, code, to in [
                ("Home", 36, (row, 0)), ("End", 35, (row, columns - 1)), ("ArrowRight", 39, (row, columns - 1)),
                ("Home", 36, (row, 0)), ("ArrowLeft", 37, (row, 0)), ("ArrowRight", 39, (row, min(1, columns - 1)))]:
            browser.key(key, code)
            self.holds(browser.value(place) == list(to), f"{key} goes to {browser.value(place)}, not {to}")
        for _ in range(rows):
            browser.key("ArrowDown", 40)
        self.holds(browser.value(place)[0] == rows - 1, "ArrowDown does not reach the last row")
        for _ in range(rows):
            browser.key("ArrowUp", 38)
        self.holds(browser.value(place)[0] == 0, "ArrowUp does not reach the first row")
        table = "document.activeElement.closest('table')"
        reachable = browser.value(f"[...{table}.querySelectorAll('td > a')].filter((it) => it.tabIndex === 0).length")
        self.holds(reachable == 1, f"Tab reaches {reachable} cells of a table")
        outside = browser.value(
            "(() => { const cell = document.activeElement.getBoundingClientRect(); return cell.top >= 0 && cell.bottom <= innerHeight; })()")
        self.holds(outside, "the focused cell is out of sight")
        self.answer()

    def paper(self):
        """In print a cell has the number of its explanation, and interactive elements are not shown."""
        browser = self.browser
        browser.media("light", "print")
        lost = browser.value(
            f"{CELLS}.filter((it) => getComputedStyle(it.firstChild, '::after').content !== `"
            '"${it.firstChild.getAttribute("href")}"`'
            " || document.getElementById(it.firstChild.hash.slice(1)).offsetHeight === 0).length")
        self.holds(lost == 0, f"{lost} cells have no explanation in print")
        self.holds(browser.value("document.getElementById('answer').offsetHeight") == 0, "an open explanation is printed twice")
        self.holds(browser.value("getComputedStyle(document.getElementById('filter')).display") == "none", "the filter is printed")
        browser.media("light")

    def filter(self):
        """The filter hides rows and columns; without scripts it is hidden, and everything else is shown."""
        browser = self.browser
        cells = f"{CELLS}.filter((it) => it.offsetHeight > 0).length"
        every = browser.value(cells)
        self.holds(browser.value("document.getElementById('filter').offsetHeight > 0"), "the filter is not shown")
        browser.value(
            "(() => { const it = document.getElementById('filter').elements.from; it.value = 'outside'; it.dispatchEvent(new Event('input', {bubbles: true})); })()")
        few = browser.value(cells)
        self.holds(0 < few < every, f"of {every} cells the filter leaves {few}")
        self.verdictFilter(cells, every)
        browser.value(
            "(() => { const it = document.getElementById('filter').elements.to; it.value = 'no such name'; it.dispatchEvent(new Event('input', {bubbles: true})); })()")
        self.holds(browser.value("document.getElementById('result').textContent") == "No cell matches.", "it does not say that no cell matches")
        browser.send("Emulation.setScriptExecutionDisabled", {"value": True})
        browser.reload()
        self.holds(browser.value(cells) == every, "without scripts cells are missing")
        self.holds(browser.value("document.getElementById('filter').offsetHeight") == 0, "without scripts the filter is shown")
        browser.send("Emulation.setScriptExecutionDisabled", {"value": False})


    def verdictFilter(self, cells, every):
        """A verdict leaves only rows, columns, tables and links that have it."""
        browser = self.browser

        def choose(name, value):
            browser.value(
                f"(() => {{ const it = document.getElementById('filter').elements.{name}; it.value = '{value}';"
                " it.dispatchEvent(new Event('input', {bubbles: true})); })()")

        choose("from", "")
        offered = browser.value("[...document.querySelectorAll('#filter option')].map((it) => it.value).filter(Boolean)")
        present = set(browser.value(f"{CELLS}.map((it) => it.className).filter((it) => it !== 'none')"))
        self.holds(set(offered) == present, f"the filter offers {offered}, and the page has {present}")
        for verdict in offered:
            choose("verdict", verdict)
            wrong = browser.value(
                "[...document.querySelectorAll('section:has(table[data-matrix])')].filter((it) =>"
                f" it.hidden === !!it.querySelector('td.{verdict}')).length")
            self.holds(wrong == 0, f"{wrong} tables are wrongly shown or hidden for {verdict}")
            wrong = browser.value(
                "[...document.querySelectorAll('section:not([hidden]) tbody tr')].filter((it) =>"
                f" it.hidden === !!it.querySelector('td.{verdict}')).length")
            self.holds(wrong == 0, f"{wrong} rows are wrongly shown or hidden for {verdict}")
            links = browser.value(
                "[...document.querySelectorAll('.jump a')].filter((it) => it.offsetHeight > 0"
                " && document.querySelector(it.getAttribute('href')).offsetHeight === 0).length")
            self.holds(links == 0, f"{links} links lead to hidden tables")
            self.holds("cell" in browser.value("document.getElementById('result').textContent"), "the number of cells is not told")
        choose("verdict", "")
        self.holds(browser.value(cells) == every, "the filter does not show all again")

    def compact(self, limit):
        """A wide matrix begins compact: it shows marks, and words again on demand."""
        browser = self.browser
        browser.width(1400)
        browser.reload()
        width = "document.querySelector('table[data-matrix]').offsetWidth"
        self.holds(browser.value("document.getElementById('compact').checked"), "a matrix that does not fit is not compact")
        small = browser.value(width)
        browser.value("document.getElementById('compact').click()")
        self.holds(small < browser.value(width) / 2, f"a compact table takes {small} pixels")
        browser.value("document.getElementById('compact').click()")
        self.holds(small <= limit, f"a compact table takes {small} pixels")


POD = """
apiVersion: v1
kind: Pod
metadata: {name: legacy-agent, namespace: production}
spec:
  hostNetwork: true
  hostPID: true
  containers:
    - {name: agent, image: docker.io/library/agent:1, securityContext: {privileged: true}, ports: [{containerPort: 8080, hostPort: 8080}]}
  volumes: [{name: settings, hostPath: {path: /etc}}]
"""


def many_endpoints(count):
    """A profile of endpoints whose rules all differ: each admits three others, on one of six ports."""
    lines = [
        "apiVersion: hnsctl/v1", "kind: HostProfile", "name: many",
        "host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}",
        "networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]",
        "containers:"]
    for index in range(count):
        others = ", ".join(f"orders-{(index * 7 + step) % count:02d}" for step in [1, 3, 8])
        lines += [
            f"  - name: orders-{index:02d}", "    network: podnet", "    defaults: {in: block, out: allow}", "    acls:",
            f"      - {{name: peers, direction: in, action: allow, protocols: [tcp], localPorts: [{8080 + index % 6}], remoteAddresses: [{others}]}}"]
    return "\n".join(lines) + "\n"


def main():
    hnsctl, program, profiles = sys.argv[1:4]
    shots = sys.argv[5] if sys.argv[4:5] == ["--shots"] else None
    profiles = pathlib.Path(profiles).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        browser = Browser(program, folder / "browser")
        try:
            check = Check(hnsctl, browser, folder, shots)
            for name in ["pod", "nat-publish", "dual-stack", "shared-acl-sets"]:
                check.matrix(name, profiles / f"{name}.yaml")
            # Every endpoint in its own row: wide and long.
            check.matrix("wide", profiles / "shared-acl-sets.yaml", fold="never")
            check.compact(limit=1400)
            check.holds(check.pages <= 12, f"a wide matrix takes {check.pages} pages")
            # A page of many endpoints is small enough to load at once, and prints on few pages.
            many = folder / "many.yaml"
            many.write_text(many_endpoints(60))
            path = check.page("many", many)
            check.compact(limit=2200)
            size = path.stat().st_size
            check.holds(size < 2_500_000, f"the page of 60 endpoints has {size} bytes")
            check.holds(check.pages <= 24, f"the matrix of 60 endpoints takes {check.pages} pages")
            changed = (profiles / "pod.yaml").read_text().replace("localPorts: [8080, 9090]", "localPorts: [8080]")
            other = folder / "changed.yaml"
            other.write_text(changed)
            check.page("changes", profiles / "pod.yaml", other, status=2)
            rows = browser.value("document.querySelectorAll('table[data-changes] tbody tr').length")
            check.holds(rows == 1, f"{rows} rows differ instead of one")
            # Names are only text.
            check.title = "hostile"
            hostile = "<img src>\"'&<script>document.title</script>"
            check.page("hostile", profiles / "pod.yaml", "--address-set", f"{hostile}=198.51.100.0/24")
            check.holds(browser.value("document.querySelectorAll('img').length") == 0, "a name became an element")
            check.holds(hostile in browser.value("document.body.textContent"), "a name is not shown as it is")
            finding = folder / "pod-with-findings.yaml"
            finding.write_text(POD)
            check.page("audit", profiles / "audit", finding, status=2, heading="Audit: ")
            print(f"{check.count} checks of 9 pages: all passed")
        finally:
            browser.close()


main()
