"""Opens prompt files with the packages of two ecosystems, and prints what they read."""

import json
import sys

import prompty
from langchain_prompty import create_chat_prompt

roles = {"system": "system", "human": "user", "ai": "assistant"}


def with_prompty(path, values):
    agent = prompty.load(path)
    messages = prompty.prepare(agent, values)
    return {
        "messages": [
            {"role": one.role, "content": "".join(part.value for part in one.parts)}
            for one in messages
        ],
        "inputs": {
            one.name: {"description": one.description, "default": one.default, "required": one.required}
            for one in agent.inputs or []
        },
        "model": agent.model.id if agent.model else None,
    }


def with_langchain(path, values):
    prompt = create_chat_prompt(path).invoke(values)
    messages = prompt.messages if hasattr(prompt, "messages") else prompt.to_messages()
    return {
        "messages": [
            {"role": roles[one.type], "content": one.content} for one in messages if hasattr(one, "content")
        ]
    }


def attempt(read, path, values):
    try:
        return read(path, values)
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


print(
    json.dumps(
        [
            {
                "prompty": attempt(with_prompty, path, values),
                "langchain": attempt(with_langchain, path, values),
            }
            for path, values in json.load(sys.stdin)
        ]
    )
)
