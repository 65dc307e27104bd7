"""Plays the person: opens the page, signs in if there is a form for it, decides."""

import time
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


class Forms(HTMLParser):
    """The forms of a page: what a browser would send of each, and the names of its other controls."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.forms.append({"action": found.get("action"), "values": [], "names": set()})
        if not self.forms or "name" not in found:
            return
        form, kind = self.forms[-1], found.get("type", "text")
        form["names"].add(found["name"])
        if tag == "input" and (kind == "hidden" or (kind in ("checkbox", "radio") and "checked" in found)):
            form["values"].append((found["name"], found.get("value", "on")))


ANSWER = "to find a free evening"


def decide(url, choice):
    """`choice`: grant, deny, or ask: a question first, and grant when its answer is on the page."""
    with httpx.Client(timeout=10) as browser:
        page = browser.get(url, follow_redirects=True)
        for _ in range(40):
            forms = Forms(page.text).forms
            question = next((form for form in forms if "question" in form["names"]), None)
            sign_in = next((form for form in forms if "password" in form["names"]), None)
            named = [form for name in ("consent", "code") for form in forms if name in form["names"]]
            consent = named[0] if named else None
            if sign_in:
                added = [("username", "testuser"), ("password", "testpass")]
                form = sign_in
            elif choice == "ask" and question:
                added, form = [("question", "What for?"), ("action", "ask")], question
                choice = "wait"
            elif choice == "wait" and ANSWER not in page.text:
                time.sleep(0.5)
                page = browser.get(str(page.url))
                continue
            elif consent:
                added, form = [("consent", "grant" if choice == "wait" else choice)], consent
            else:
                break
            target = urljoin(str(page.url), form["action"] or "")
            origin = "/".join(target.split("/")[:3])
            data = {}
            for name, value in form["values"] + added:
                data.setdefault(name, []).append(value)
            page = browser.post(target, data=data, headers={"Origin": origin})
            if page.is_redirect:
                page = browser.get(urljoin(str(page.url), page.headers["location"]))
            elif form is consent:
                return
