#!/usr/bin/env python3
"""A thousand different questions: the prompts of a golden suite, each said in many ways.

usage: thousand.py SUITE [EXPECT] >NEW_SUITE

Answers are expected as in the suite, or all to meet EXPECT (JSON).
"""
import json
import sys

HEADS = ["", "please ", "hey, ", "ok ", "could you ", "now "]
TAILS = ["", " please", " now", " right away"]

with open(sys.argv[1], encoding="utf-8") as file:
    prompts = [json.loads(line) for line in file]
for number in range(1000):
    prompt = dict(prompts[number % len(prompts)])
    turn = number // len(prompts)
    text = prompt["messages"][0]["content"].rstrip(".!")
    text = HEADS[turn % len(HEADS)] + text + TAILS[turn // len(HEADS) % len(TAILS)]
    prompt |= {"id": f"prompt-{number:04}", "messages": [{"role": "user", "content": text}]}
    if sys.argv[2:]:
        prompt["expect"] = json.loads(sys.argv[2])
    print(json.dumps(prompt))
