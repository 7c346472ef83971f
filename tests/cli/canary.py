# SPDX-License-Identifier: GPL-3.0-or-later
"""canary.py FOLDER FILE... - copies samples into the folder with prompts, answers, keys and addresses that must not
get out again, in every text field that may hold one and in some that the format lacks."""
import csv
import json
import os
import sys

PROMPT = "canaryprompt: tell nobody, $(touch canary) `touch canary`"
ANSWER = "canaryanswer: I shall not"
KEY = "sk-canarykey0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH"
MAIL = "canary.mail@example.com"
FIELDS = {
    PROMPT: "prompt prompts input input_text inputs system instructions question query text message request_body",
    ANSWER: "completion response_text output_text outputs answer thinking refusal arguments response_body",
    KEY: "api_key apikey authorization secret token access_token virtual_key key_hash",
    MAIL: "user user_id userid email user_email end_user customer requester account_email user_account_uuid",
}
PLANT = {name: value for value, names in FIELDS.items() for name in names.split()}
ADDED = {"prompt": PROMPT, "completion": ANSWER, "api_key": KEY, "user_email": MAIL, "user": MAIL,
         "messages": [{"role": "user", "content": PROMPT}], "headers": {"Authorization": "Bearer " + KEY}}


def plant(value, name=""):
    if isinstance(value, dict):
        return {key: plant(item, key.lower()) for key, item in value.items()}
    if isinstance(value, list):
        return [plant(item, name) for item in value]
    if isinstance(value, str) and (name in PLANT or name == "content"):
        return PLANT.get(name, PROMPT)
    return value


def add(value):
    value = plant(value)
    if isinstance(value, dict):
        for name, text in ADDED.items():
            value.setdefault(name, text)
    return value


def json_line(text):
    try:
        return json.dumps(add(json.loads(text))) + "\n"
    except ValueError: # the last line of a log that is being written
        return text


def json_text(text):
    try:
        value = json.loads(text)
        return json.dumps([add(item) for item in value] if isinstance(value, list) else add(value)) + "\n"
    except ValueError:
        return "".join(json_line(line) for line in text.split("\n") if line.strip())


def csv_text(path, out):
    with open(path, encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    head = rows[0]
    extra = [name for name, text in ADDED.items() if isinstance(text, str) and name not in head]
    writer = csv.writer(out)
    writer.writerow(head + extra)
    for row in rows[1:]:
        cells = [PLANT.get(name.lower().replace(" ", "_"), cell) if cell else cell for name, cell in zip(head, row)]
        writer.writerow(cells + [ADDED[name] for name in extra] if len(row) == len(head) else row)


if __name__ == "__main__":
    for path in sys.argv[2:]:
        with open(os.path.join(sys.argv[1], os.path.basename(path)), "w", encoding="utf-8", newline="") as target:
            if path.endswith(".csv"):
                csv_text(path, target)
            else:
                with open(path, encoding="utf-8") as source_file:
                    target.write(json_text(source_file.read()))
