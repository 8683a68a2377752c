#!/usr/bin/env python3
"""Renders chat templates with Python's jinja2, set up as transformers does, and with `modelpack render`.

usage: chat_templates.py MODELPACK TEMPLATE...

Prints how many prompts agree, and each difference; exits 1 if there is one. A refusal agrees with a refusal; where a
template refuses by itself (raise_exception), so must the message. Needs jinja2.
"""

import concurrent.futures
import datetime
import json
import os
import subprocess
import sys
import tempfile

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

NOW = datetime.datetime(2026, 1, 31, 12, 5, 9)


class Generation(jinja2.ext.Extension):
    """What transformers adds to mark what an assistant said."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("said"), [], [], body).set_lineno(line)

    def said(self, caller):
        return caller()


class Refusal(Exception):
    """A template called raise_exception."""


def refuse(message):
    raise Refusal(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


ENVIRONMENT = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
ENVIRONMENT.filters["tojson"] = to_json
ENVIRONMENT.globals["raise_exception"] = refuse
ENVIRONMENT.globals["strftime_now"] = NOW.strftime


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def call(name, arguments, number):
    return {"id": f"call{number:05}", "type": "function", "function": {"name": name, "arguments": arguments}}


def answer(name, content, number):
    return {"role": "tool", "name": name, "tool_call_id": f"call{number:05}", "content": content}


SYSTEM = {"role": "system", "content": " Be <b>brief</b>. "}
ARGUMENTS = {"city": "Paris", "days": 2, "share": 1.5, "exact": True, "note": None, "more": {"x": [1, "é"]}}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": 'Says the "weather" & <more>, é',
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "The city", "enum": ["Paris", "Rome"]},
                    "days": {"type": ["integer", "null"], "description": "How many", "default": 3},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "place": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]},
                },
                "required": ["city"],
            },
        },
    },
    {
        "type": "function",
        "function": {"name": "now", "description": "The time", "parameters": {"type": "object", "properties": {}}},
    },
]
PARTS = [{"type": "text", "text": "look "}, {"type": "image"}, {"type": "text", "text": "there"}]
CONVERSATIONS = {
    "one turn": [user("Hello\n world ")],
    "system": [SYSTEM, user("x<>&'y\"é"), assistant('Hi "there" 😀\t'), user("ok?")],
    "many turns": [user("a"), assistant("b"), user("c"), assistant("<think>\nhm\n</think>\n\nd"), user("e")],
    "tool": [
        SYSTEM,
        user("weather?"),
        assistant("", tool_calls=[call("weather", ARGUMENTS, 1)]),
        answer("weather", '{"t": 21}', 1),
        assistant("It is 21."),
        user("thanks"),
    ],
    "arguments as text": [
        user("weather?"),
        assistant(None, tool_calls=[call("weather", '{"city": "Paris"}', 1)]),
        answer("weather", "sunny", 1),
    ],
    "two tools": [
        user("weather?"),
        assistant("I look", tool_calls=[call("weather", {"city": "Rome"}, 1), call("now", {}, 2)]),
        answer("weather", "sunny", 1),
        answer("now", "12:00", 2),
    ],
    "parts": [SYSTEM, user(PARTS), assistant([{"type": "text", "text": "yes"}]), user("go")],
    "reasoning": [user("a"), assistant("b", reasoning_content="why\nso", thinking="t"), user("c")],
    "answered": [user("a"), assistant("b")],
    "late system": [user("a"), SYSTEM, user("b")],
}
VARIANTS = {
    "": {},
    "no generation prompt": {"add_generation_prompt": False},
    "tools": {"tools": TOOLS},
    "thinking off": {"enable_thinking": False, "thinking": False},
}


def peer(template, variables):
    try:
        return "prompt", template.render(**variables)
    except Refusal as refusal:
        return "refused", str(refusal)
    except Exception as error:
        return "error", f"{type(error).__name__}: {error}"


def ours(modelpack, path, variables):
    with tempfile.TemporaryDirectory() as folder:
        files = {"messages": variables["messages"], "variables": {k: v for k, v in variables.items() if k != "messages"}}
        for name, value in files.items():
            with open(f"{folder}/{name}", "w") as file:
                json.dump(value, file)
        arguments = ["--messages", f"{folder}/messages", "--variables", f"{folder}/variables"]
        command = [modelpack, "render", "--template", path, *arguments, "--now", NOW.isoformat()]
        run = subprocess.run(command, capture_output=True)
    if run.returncode == 0:
        return "prompt", run.stdout.decode()
    text = run.stderr.decode()
    _, isRefusal, message = text.partition("the template refuses the messages: ")
    # Messages are the caller's mistake, templates the model's, and what isn't known ours.
    if run.returncode not in ((64,) if isRefusal else (3, 4)) or ", column " not in text:
        return "broken", f"exit {run.returncode}: {text}"
    return ("refused", message.rsplit("\nhint:", 1)[0]) if isRefusal else ("error", text)


def main():
    modelpack, *paths = sys.argv[1:]
    counts = {"same prompt": 0, "both refuse": 0, "differences": 0}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path in paths:
            with open(path, encoding="utf-8", newline="") as file:
                template = ENVIRONMENT.from_string(file.read())
            cases = []
            for name, messages in CONVERSATIONS.items():
                for variant, more in VARIANTS.items():
                    variables = {"messages": messages, "tools": None, "documents": None, "bos_token": "<s>"}
                    variables |= {"eos_token": "</s>", "add_generation_prompt": True} | more
                    cases.append((f"{os.path.basename(path)}: {name}, {variant}", variables))
            results = pool.map(lambda case: ours(modelpack, path, case[1]), cases)
            for (name, variables), mine in zip(cases, results):
                theirs = peer(template, variables)
                if theirs[0] == mine[0] == "prompt" and theirs == mine:
                    counts["same prompt"] += 1
                elif theirs[0] == mine[0] == "error":
                    counts["both refuse"] += 1
                elif theirs[0] == mine[0] == "refused" and theirs[1].strip() == mine[1].strip():
                    counts["both refuse"] += 1
                else:
                    counts["differences"] += 1
                    print(f"{name}\n  jinja2    {theirs}\n  modelpack {mine}")
    total = sum(counts.values())
    print(f"{len(paths)} templates, {total} compared: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    sys.exit(1 if counts["differences"] or not total else 0)


if __name__ == "__main__":
    main()
