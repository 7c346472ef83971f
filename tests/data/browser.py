# SPDX-License-Identifier: GPL-3.0-or-later
"""browser.py check FILE - opens a page in Chromium and says what is wrong with it: a line a
fault, and status 1; a line of measurements else.  browser.py shoot FILE FOLDER NAME - takes its
pictures: NAME-light.png, NAME-dark.png, NAME-phone.png, NAME-phone-dark.png, NAME.pdf.
browser.py parse FILE - the same without a browser: well formed, and nothing in it that loads or runs.

Chromium is spoken to over a pipe (--remote-debugging-pipe: it reads 3 and writes 4, messages end in
NUL), has a folder of its own, and is gone when this program is."""
import base64
import contextlib
import fcntl
import html.parser
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = (360, 768, 1280)
MOST_BYTES = 300_000
LEAST_CONTRAST = 4.5
LEAST_LETTER = 10.0  # pixels on the screen


class Fault(Exception):
    """Something that the browser refused."""


class Browser:
    """One Chromium, with one page."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="hllm-browser-")
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()
        self.number, self.waiting, self.events = 0, b"", []

        def wire():
            reads = fcntl.fcntl(to_read, fcntl.F_DUPFD, 10)
            writes = fcntl.fcntl(from_write, fcntl.F_DUPFD, 10)
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        arguments = [program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.folder}",
                     "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-extensions",
                     "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
                     "--disable-component-update", "--hide-scrollbars", "--force-color-profile=srgb", "about:blank"]
        if os.geteuid() == 0:
            arguments.insert(1, "--no-sandbox")
        environment = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder, XDG_CACHE_HOME=self.folder)
        # pylint: disable=subprocess-popen-preexec-fn
        self.process = subprocess.Popen(arguments, preexec_fn=wire, pass_fds=(3, 4), start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env=environment)
        os.close(to_read)
        os.close(from_write)
        try:
            target = self.ask("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.ask(domain + ".enable")
        except BaseException:
            self.close()
            raise

    session = None

    def read(self, seconds):
        """The next message."""
        end = time.monotonic() + seconds
        while b"\0" not in self.waiting:
            ready = select.select([self.from_read], [], [], max(0, end - time.monotonic()))[0]
            data = os.read(self.from_read, 1 << 20) if ready else b""
            if not data:
                raise Fault("the browser says nothing" if not ready else "the browser is gone")
            self.waiting += data
        message, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **params):
        """What the browser answers to a command; events are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_write, data):]
        while True:
            got = self.read(60)
            if got.get("id") == self.number:
                if "error" in got:
                    raise Fault(f"{method}: {got['error'].get('message')}")
                return got["result"]
            self.events.append(got)

    def open(self, path):
        """Loads a file, and waits until all of it is there."""
        self.events.clear()
        self.ask("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        end = time.monotonic() + 60
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            if time.monotonic() > end:
                raise Fault("the page does not load")
            self.events.append(self.read(60))

    def run(self, script):
        """The value of an expression in the page."""
        got = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise Fault(json.dumps(got["exceptionDetails"])[:500])
        return got["result"].get("value")

    def look(self, width, height=900, dark=False, media="", scale=1):
        """A screen."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                 mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def close(self):
        """Ends it, and all that it has started."""
        with contextlib.suppress(Exception):
            self.session = None
            self.ask("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        for end in (self.to_write, self.from_read):
            with contextlib.suppress(OSError):
                os.close(end)
        shutil.rmtree(self.folder, ignore_errors=True)


# Every text that can be seen, with its colour and what is really behind it: the contrast of WCAG 2.1.
LOOK = r"""
(() => {
  const parse = text => {
    const m = text.match(/rgba?\(([^)]+)\)/);
    if (!m) return null;
    const p = m[1].split(/[ ,\/]+/).map(Number);
    return [p[0], p[1], p[2], p.length > 3 ? p[3] : 1];
  };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat([1]);
  const light = c => {
    const f = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
  };
  const behind = node => {
    const layers = [];
    for (let e = node; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c && c[3] > 0) layers.push(c);
      if (c && c[3] === 1) break;
    }
    const dark = getComputedStyle(document.documentElement).colorScheme.includes('dark');
    let base = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
    for (const layer of layers.reverse()) base = over(layer, base);
    return base;
  };
  const result = { texts: 0, least: 99, worst: '', smallest: 99, smallest_text: '', faults: [] };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement, text = n.data.trim();
    if (!text || e.closest('title,desc,style,script')) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    const box = range.getBoundingClientRect(), style = getComputedStyle(e);
    if (box.width < 2 || box.height < 2 || style.visibility !== 'visible') continue;
    if (e.closest('.unseen,caption,.skip')) continue;
    const svg = e.closest('svg'), back = behind(svg ? svg : e);
    const colour = parse(svg ? style.fill : style.color);
    if (!colour) { result.faults.push('no colour: ' + text); continue; }
    const a = light(over(colour, back)), b = light(back);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    let size = parseFloat(style.fontSize);
    if (svg) size *= svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    result.texts++;
    if (contrast < result.least) { result.least = contrast; result.worst = text.slice(0, 60); }
    if (size < result.smallest) { result.smallest = size; result.smallest_text = text.slice(0, 60); }
    if (svg) {
      const room = svg.getBoundingClientRect();
      if (box.left < room.left - 2 || box.right > room.right + 2 || box.right > innerWidth + 1)
        result.faults.push('cut off in a chart: ' + text);
    }
  }
  for (const svg of document.querySelectorAll('svg')) {
    const boxes = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]).filter(b => b[1].width > 0);
    boxes.forEach(([t, a], i) => boxes.slice(i + 1).forEach(([u, b]) => {
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > a.height / 4)
        result.faults.push('over each other in a chart: ' + t.textContent + ' / ' + u.textContent);
    }));
  }
  return result;
})()
"""

SHAPE = r"""
(() => {
  const faults = [];
  const seen = e => e.getClientRects().length > 0;
  for (const svg of document.querySelectorAll('svg')) {
    const named = (svg.getAttribute('aria-labelledby') || '').split(/\s+/).map(id => document.getElementById(id));
    for (const kind of ['title', 'desc']) {
      const e = svg.querySelector(':scope > ' + kind);
      if (!e || !e.textContent.trim() || !named.includes(e)) faults.push('a chart without ' + kind);
    }
    if (svg.getAttribute('role') !== 'img') faults.push('a chart that is no image');
  }
  const charts = [...document.querySelectorAll('figure')];
  for (const figure of charts) {
    const n = [...figure.querySelectorAll('svg')].filter(seen).length;
    if (seen(figure) && n !== 1) faults.push(n + ' charts are shown in a figure');
  }
  for (const e of document.querySelectorAll('body *')) {
    const style = getComputedStyle(e);
    if (!seen(e) || !/auto|scroll/.test(style.overflowX)) continue;
    if (e.scrollWidth > e.clientWidth && (e.tabIndex < 0 || e.getAttribute('role') !== 'region' ||
        !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby'))))
      faults.push('a region that scrolls and cannot be focused: ' + e.className);
  }
  let last = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const level = +h.tagName[1];
    if (level > last + 1) faults.push('a heading skips a level: ' + h.textContent);
    last = level;
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  for (const table of document.querySelectorAll('table')) {
    if (!table.caption || !table.caption.textContent.trim()) faults.push('a table without a caption');
    for (const th of table.querySelectorAll('th'))
      if (!th.getAttribute('scope') || !th.textContent.trim()) faults.push('a th without scope or text');
  }
  for (const e of document.querySelectorAll('[aria-labelledby]'))
    for (const id of e.getAttribute('aria-labelledby').split(/\s+/))
      if (!document.getElementById(id)) faults.push('nothing is called ' + id);
  return faults;
})()
"""

# Tabs through the page; each focus has to be seen.
FOCUS = r"""
(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return { what: e.tagName + '.' + e.className, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
           inside: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth };
})()
"""


def press_tab(browser):
    """One press of the key."""
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)


def check_keyboard(browser, faults):
    """How many things the keyboard reaches."""
    wanted = browser.run("document.querySelectorAll('a[href],summary,[tabindex=\"0\"]').length")
    reached = 0
    for _ in range(wanted + 2):
        press_tab(browser)
        at = browser.run(FOCUS)
        if not at:
            break
        reached += 1
        if not at["outline"] or not at["inside"]:
            faults.append(f"focus is not seen on {at['what']}")
    hidden = browser.run("[...document.querySelectorAll('a[href],summary,[tabindex=\"0\"]')]"
                         ".filter(e => !e.checkVisibility()).length")
    if reached < wanted - hidden:
        faults.append(f"the keyboard reaches {reached} of {wanted - hidden}")
    return reached


def check_widths(browser, faults, path):
    """Nothing is wider than the screen; scrolling regions can be focused; nothing of a chart is lost."""
    widths = []
    for width in WIDTHS:
        browser.look(width)
        browser.open(path)
        wide = browser.run("document.documentElement.scrollWidth")
        widths.append(f"{wide}/{width}")
        if wide > width:
            faults.append(f"{wide} pixels wide on a screen of {width}")
        for fault in browser.run(SHAPE):
            faults.append(f"at {width}: {fault}")
    return " ".join(widths)


def check_colours(browser, faults):
    """Contrast and size of every text, light and dark, on a desk and a phone, and with all opened."""
    least = {}
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    for dark in (False, True):
        theme = "dark" if dark else "light"
        for width in (1280, 360):
            browser.look(width, dark=dark)
            got = browser.run(LOOK)
            faults.extend(f"{theme} at {width}: {fault}" for fault in got["faults"])
            least[theme] = min(least.get(theme, 99), got["least"])
            if not got["texts"]:
                faults.append("no text is seen")
            if got["least"] < LEAST_CONTRAST:
                faults.append(f"{theme} at {width}: contrast {got['least']:.2f} of \"{got['worst']}\"")
            if got["smallest"] < LEAST_LETTER:
                faults.append(f"at {width}: letters of {got['smallest']:.1f} pixels: \"{got['smallest_text']}\"")
    paper = [browser.run("getComputedStyle(document.body).backgroundColor")]
    browser.look(1280, dark=False)
    paper.append(browser.run("getComputedStyle(document.body).backgroundColor"))
    if paper[0] == paper[1]:
        faults.append("light and dark are the same")
    return least


def pdf_of(browser):
    """The page on A4, in bytes."""
    got = browser.ask("Page.printToPDF", printBackground=False, preferCSSPageSize=True)
    return base64.b64decode(got["data"])


def check_print(browser, faults, path):
    """On paper: nothing beyond the edge, and what is folded up is open."""
    browser.open(path)
    browser.look(688, dark=True, media="print")
    wide = browser.run("document.documentElement.scrollWidth")
    if wide > 688:
        faults.append(f"{wide} pixels wide on paper of 688")
    hidden = browser.run("[...document.querySelectorAll('details table')].filter(e => !e.checkVisibility("
                         "{contentVisibilityAuto: true})).length")
    if hidden:
        faults.append(f"{hidden} tables are not printed")
    if browser.run("getComputedStyle(document.body).backgroundColor") not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"):
        faults.append("paper is dark")
    browser.look(1280)
    pdf = pdf_of(browser)
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
    size = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    if not size or abs(float(size[1]) - 595) > 2 or abs(float(size[2]) - 842) > 2:
        faults.append("the paper is not A4")
    return pages


def check_events(browser, faults, path):
    """The console is silent, and nothing but the page itself is asked for."""
    own = pathlib.Path(path).resolve().as_uri()
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            faults.append("the console says " + json.dumps(params)[:300])
        if method == "Network.requestWillBeSent" and params["request"]["url"].split("#")[0] != own:
            faults.append("asks the network for " + params["request"]["url"][:200])


class Parser(html.parser.HTMLParser):
    """Tags that are balanced, ids that are there once, nothing that runs or loads."""

    VOID = {"meta", "br", "hr", "col", "img", "input", "link", "path", "circle", "rect", "line"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.faults, self.tags, self.text = [], set(), [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("script", "iframe", "object", "embed", "link", "img", "base", "form", "image", "use", "foreignobject"):
            self.faults.append(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"an attribute twice in <{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcset", "style", "xlink:href", "action"):
                self.faults.append(f"{name}= in <{tag}>")
            if name == "href" and not re.fullmatch(r"#[a-z0-9]+", value or ""):
                self.faults.append(f"a link to {value}")
            if name == "id":
                if value in self.ids:
                    self.faults.append(f"id {value} twice")
                self.ids.add(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> within {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            if re.search(r"url\(|@import|expression|https?:", data):
                self.faults.append("the style sheet loads something")
        else:
            self.text.append(data)


def parse(path):
    """The parsed page and its faults."""
    data = pathlib.Path(path).read_bytes()
    text = data.decode("utf-8")
    parser = Parser()
    parser.feed(text)
    parser.close()
    faults = parser.faults + [f"<{tag}> is never closed" for tag in parser.open]
    if not text.startswith("<!DOCTYPE html>\n<html lang=\"en\">"):
        faults.append("no doctype, or no language")
    for tag in ("title", "main", "h1", "footer"):
        if tag not in parser.tags:
            faults.append(f"no <{tag}>")
    if "name=\"viewport\"" not in text:
        faults.append("no viewport")
    if len(data) > MOST_BYTES:
        faults.append(f"{len(data)} bytes")
    return parser, faults


def find_program():
    """The browser, or None."""
    for name in PROGRAMS:
        if shutil.which(name):
            return shutil.which(name)
    return None


def check(browser, path):
    """All that is wrong, after printing what was measured."""
    faults = parse(path)[1]
    widths = check_widths(browser, faults, path)
    check_events(browser, faults, path)
    least = check_colours(browser, faults)
    pages = check_print(browser, faults, path)
    browser.look(1280)
    browser.open(path)
    reached = check_keyboard(browser, faults)
    check_events(browser, faults, path)
    print(f"{os.path.getsize(path)} bytes, widths {widths}, contrast {least['light']:.2f} light {least['dark']:.2f} "
          f"dark, {pages} pages of A4, {reached} stops of the keyboard")
    return faults


def shoot(browser, path, folder, name):
    """Pictures for people to look at."""
    os.makedirs(folder, exist_ok=True)
    for ending, width, dark in (("light", 1280, False), ("dark", 1280, True), ("phone", 360, False),
                                ("phone-dark", 360, True), ("tablet", 768, False)):
        browser.look(width, dark=dark)
        browser.open(path)
        height = browser.run("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        browser.look(width, height=min(height, 8000), dark=dark, scale=1.5 if width < 500 else 1)
        shot = browser.ask("Page.captureScreenshot", format="png")
        pathlib.Path(folder, f"{name}-{ending}.png").write_bytes(base64.b64decode(shot["data"]))
    browser.look(1280)
    browser.open(path)
    pathlib.Path(folder, f"{name}.pdf").write_bytes(pdf_of(browser))


def main():
    """What the command line says."""
    what, path = sys.argv[1], sys.argv[2]
    if what == "parse":
        faults = parse(path)[1]
    else:
        program = find_program()
        if not program:
            sys.exit("no chromium")
        browser = Browser(program)
        try:
            faults = check(browser, path) if what == "check" else shoot(browser, path, sys.argv[3], sys.argv[4])
        finally:
            browser.close()
    for fault in dict.fromkeys(faults or []):
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
