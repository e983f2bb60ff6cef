import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { diffVersions } from "../../../src/registry/engine/diff.ts";
import type { ChatMessage, WritableTemplate } from "../../../src/registry/types.ts";
import { applyPatch } from "../../support/apply-patch.ts";
import { binFolder, mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import {
  fixtures,
  publishedPrompts,
  pythonResult,
  recordedPrompts,
  type Template,
} from "../../support/published-prompts.ts";
import { templates } from "../../support/templates.ts";
import { suiteServer } from "./suite-server.ts";

const release: Release = "3.17.2";
const mlflow = await mlflowAvailable(release);

const render = `
import json, sys, warnings
warnings.simplefilter("ignore")
from mlflow.entities.model_registry import PromptVersion
def rendered(given):
    try:
        return PromptVersion("p", 1, given["template"]).format(**given["values"])
    except Exception:
        return None
print(json.dumps([rendered(it) for it in json.load(sys.stdin)]))
`;

const load = `
import json, sys, warnings
warnings.simplefilter("ignore")
import mlflow
mlflow.set_tracking_uri(sys.argv[1])
print(json.dumps([mlflow.genai.load_prompt(f"prompts:/{it}/1").template for it in json.load(sys.stdin)]))
`;

function python<T>(schema: z.ZodType<T>, script: string, input: unknown, ...args: string[]): T {
  const options = {
    input: JSON.stringify(input),
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONUTF8: "1" },
  };
  const command = join(binFolder(release), "python");
  return schema.parse(JSON.parse(String(execFileSync(command, ["-c", script, ...args], options))));
}

function stored(template: Template): WritableTemplate {
  if (typeof template === "string") return { kind: "text", text: template };
  return { kind: "chat", messages: template.map((message): ChatMessage => ({ ...message })) };
}

describe.skipIf(!mlflow.ok)(title(`published prompts and MLflow ${release}`, mlflow), () => {
  const server = suiteServer({ release });

  it("are rendered by its Python client as it is recorded", async () => {
    const recorded = recordedPrompts();
    const results = python(z.array(pythonResult), render, recorded);
    const texts = Object.fromEntries(recorded.map(({ file }, at) => [file, results[at]]));
    const file = fileURLToPath(new URL("prompt-texts.json", fixtures));
    await expect(`${JSON.stringify(texts, null, 2)}\n`).toMatchFileSnapshot(file);
  });

  it("are stored, loaded, rendered and compared, and are the same for its Python client", async () => {
    const registry = server.client.registry({});
    const prompts = publishedPrompts().map((prompt, at) => ({
      ...prompt,
      name: `published-${at}`,
    }));

    for (const { name, template, expected } of prompts) {
      const { version } = await registry.registerVersion(name, { template: stored(template) });
      expect(version.template).toEqual(stored(template));
      expect((await registry.getVersion(name, { version: 1 })).template).toEqual(stored(template));
      if (typeof template !== "string" || expected === undefined) continue;
      const after = `Added at the top.\n${template}And here`;
      const next = await registry.registerVersion(name, { template: stored(after) });
      const { diff } = await diffVersions(templates, version, next.version);
      expect(applyPatch(template, diff)).toBe(after);
    }

    const names = prompts.map(({ name }) => name);
    const loaded = python(z.array(pythonResult), load, names, server.url);
    expect(loaded).toEqual(prompts.map(({ template }) => template));
  });
});
