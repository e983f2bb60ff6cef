import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type TemplateMessage, templateMessage } from "../../src/registry/types.ts";
import { mlflowUnreadable } from "../../src/registry/versions/mlflow-readable.ts";
import { binFolder, mlflowAvailable, type Release, title } from "../support/mlflow-install.ts";
import { renderTemplate } from "../support/templates.ts";

const release: Release = "3.17.2";
const mlflow = await mlflowAvailable(release);

const script = `
import json, sys
from mlflow.entities.model_registry import PromptVersion

def seen(message):
    try:
        prompt = PromptVersion("p", 1, [message])
    except ValueError:
        return {"loads": False}
    try:
        return {"loads": True, "formatted": prompt.format(x="X")}
    except TypeError:
        return {"loads": True}

print(json.dumps([seen(message) for message in json.load(sys.stdin)]))
`;

const call = (called: object) => ({ role: "assistant", content: "", tool_calls: [called] });
const said = (...content: object[]) => ({ role: "user", content });

/** Messages as applications keep them, each with a variable where one can be. */
const messages: readonly object[] = [
  { role: "user", content: "{{ x }}", name: "{{ x }}", cache_control: { type: "ephemeral" } },
  { role: "human", content: "{{ x }}" },
  { role: "tool", tool_call_id: "c1", name: "f", content: "{{ x }}" },
  { role: "assistant", content: null, refusal: "No." },
  { role: "assistant", content: null, refusal: 5 },
  { role: "assistant", function_call: { name: "f", arguments: "{}" } },
  { role: "model", parts: [{ text: "{{ x }}" }] },
  call({ id: "c1", type: "function", function: { name: "f", arguments: '{"a": "{{ x }}"}' } }),
  call({ id: "c1", function: { name: "f" } }),
  call({ id: "c1", function: { name: "f", arguments: { a: 1 } } }),
  call({ function: { name: "f", arguments: "{}" } }),
  call({ id: "c1", name: "f", args: {} }),
  said({ type: "text", text: "{{ x }}", cache_control: { type: "ephemeral" } }),
  said({ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } }),
  said({ type: "image_url", image_url: { url: "https://example.com/a.png", detail: "best" } }),
  said({ type: "image_url", image_url: "https://example.com/a.png" }),
  said({ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }),
  said({ type: "input_audio", input_audio: { data: "AAAA", format: "flac" } }),
  said({ type: "reasoning", summary: [{ type: "summary_text", text: "{{ x }}" }] }),
  said({ type: "reasoning", id: "r1" }),
  said({ type: "file", file: { file_id: "file-1" } }),
  said({ type: "tool_use", id: "t1", name: "f", input: {} }),
  said({ text: "{{ x }}" }),
  { type: "placeholder", name: "history" },
  { role: "placeholder", content: "{{ x }}" },
];

describe.skipIf(!mlflow.ok)(title(`Messages in MLflow ${release}'s Python client`, mlflow), () => {
  const outcome = z.object({ loads: z.boolean(), formatted: z.unknown().optional() });
  const outcomes = mlflow.ok ? z.array(outcome).parse(inPython()) : [];

  function inPython(): unknown {
    const options = { input: JSON.stringify(messages) };
    const output = execFileSync(join(binFolder(release), "python"), ["-c", script], options);
    return JSON.parse(String(output));
  }

  const cases = messages.map((message, index) => [templateMessage.parse(message), index] as const);

  it.each(cases)("are loaded, or a warning says that they are not: %j", (message, index) => {
    const unreadable = mlflowUnreadable({ kind: "chat", messages: [message] });
    expect(unreadable === undefined).toBe(outcomes[index]?.loads);
  });

  it("have the same role and content where both format them", async () => {
    const formatted = outcomes.map(({ formatted }) => formatted);
    const here = await Promise.all(cases.map(([message]) => roleAndContent(message)));
    const both = formatted.flatMap((python, index) =>
      Array.isArray(python) ? [[python, here[index]]] : [],
    );
    expect(both.length).toBeGreaterThan(5);
    for (const [python, ours] of both) expect(ours).toEqual(python);
  });
});

/** A placeholder is filled with a message of the user here, and stays a message in Python. */
async function roleAndContent(message: TemplateMessage): Promise<unknown> {
  const given = message.role === "placeholder" ? [{ role: "placeholder", content: "X" }] : "X";
  const template = { kind: "chat", messages: [message] } as const;
  const rendered = await renderTemplate(template, { x: given });
  if (rendered.kind === "text") return undefined;
  return rendered.messages.map(({ role, content = null }) => ({ role, content }));
}
