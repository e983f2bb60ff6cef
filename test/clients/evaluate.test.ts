import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { text } from "../support/embedded-session.ts";
import { fakeModel } from "../support/fake-model.ts";
import { isolated, run } from "../support/program.ts";

const messages = z.array(z.looseObject({ content: z.string() }));

/** A database file with a gated prompt, a dataset from a file, and a model that answers when asked briefly. */
async function gatedFile() {
  const model = await fakeModel(({ body }) => {
    const asked = messages.parse(body.messages).at(-1)?.content ?? "";
    const [number = ""] = /\d+/.exec(asked) ?? [];
    return asked.startsWith("Answer briefly") ? number : "I do not know";
  });
  const { home, environment } = isolated();
  const path = join(home, "registry.db");
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  await registry.registerVersion("qa", text("Answer {{ question }}"));
  await registry.registerVersion("qa", text("Answer briefly {{ question }}"));
  await registry.setAlias("qa", "production", 1);
  const scorers = { exact_match: { at_least: 0.9, not_worse_by: 0 } };
  const gate = { alias: "production", dataset: "questions", scorers };
  await registry.tagPrompt("qa", { "mcp.gate": JSON.stringify(gate) });
  file.close();
  const rows = Array.from({ length: 8 }, (_, index) => ({
    inputs: { question: `What is ${index}?` },
    expectations: { expected_response: `${index}` },
  }));
  writeFileSync(join(home, "rows.json"), JSON.stringify(rows));
  const variables = {
    ...environment,
    MLFLOW_TRACKING_URI: `sqlite:///${path}`,
    MLFLOW_PROMPTS_MODEL_URL: model.url,
    MLFLOW_PROMPTS_MODELS: "chat",
  };
  const added = await run(["add-to-dataset", "questions", join(home, "rows.json")], variables);
  expect(added.code, added.stderr).toBe(0);
  return (...args: readonly string[]) =>
    run(["evaluate", ...args, "--dataset", "questions"], variables);
}

describe("the evaluate command", () => {
  it("prints a table, and exits with 0 where the gate lets the version through", async () => {
    const evaluate = await gatedFile();

    const { code, stdout, stderr } = await evaluate("qa@production", "qa", "--gate");

    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\| 1 \| chat \| 0 \(/m);
    expect(stdout).toMatch(/^\| 2 \| chat \| 1 \(.*\+1: better/m);
    expect(stdout).toContain("Gate of production, version 2: passed: exact_match is 1");
    expect(stderr).not.toContain("of 16");
  });

  it("exits with 3 where it does not, and prints JSON", async () => {
    const evaluate = await gatedFile();

    const { code, stdout } = await evaluate("qa/2", "qa/1", "--gate", "--json");

    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      versions: [{ version: 2 }, { version: 1 }],
      gates: [{ alias: "production", version: 1, passed: false }],
    });
  });

  it("exits with 1 for a failure, in a sentence", async () => {
    const evaluate = await gatedFile();

    const { code, stdout, stderr } = await evaluate("qa/7", "--scorers", "exact_match");

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("mlflow-prompts-mcp: ");
    expect(stderr).toContain("no version 7");
  });
});
