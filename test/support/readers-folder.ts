import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { text } from "./embedded-session.ts";
import { fakeModel } from "./fake-model.ts";
import { isolated, program } from "./program.ts";

/** Where a reader of a document types its commands. */
export interface ReadersFolder {
  readonly home: string;
  /** Settings of a registry and a model, and a PATH on which the program is the one that was built. */
  readonly variables: Readonly<Record<string, string>>;
  /** What another program on the PATH does, in place of the one of that name. */
  install(name: string, source: string): void;
}

/** A folder with samples, files of prompts and rows, and a prompt with a gate on `dataset`. */
export async function readersFolder({ dataset }: { dataset: string }): Promise<ReadersFolder> {
  const model = await fakeModel(() => "Paris");
  const { home, environment } = isolated();
  const path = join(home, "registry.db");
  const file = createEmbeddedFile({ path, samples: true });
  const registry = file.registry({});
  await registry.registerVersion("qa", text("Answer {{ question }}"));
  await registry.registerVersion("qa", text("Answer briefly {{ question }}"));
  await registry.setAlias("qa", "production", 1);
  const scorers = { exact_match: { at_least: 0.9 } };
  const gate = { alias: "production", dataset, scorers };
  await registry.tagPrompt("qa", { "mcp.gate": JSON.stringify(gate) });
  file.close();
  writeFileSync(join(home, "greeting.txt"), "Hello {{ name }}\n");
  mkdirSync(join(home, "prompts"));
  writeFileSync(join(home, "prompts", "farewell.txt"), "Goodbye {{ name }}\n");
  const row = { inputs: { question: "?" }, expectations: { expected_response: "Paris" } };
  for (const name of ["questions.jsonl", "rows.jsonl"]) {
    writeFileSync(join(home, name), `${JSON.stringify(row)}\n`);
  }
  const bin = join(home, "bin");
  mkdirSync(bin);
  const install = (name: string, source: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${source}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  install("mlflow-prompts-mcp", `exec "${process.execPath}" "${program}" "$@"`);
  const variables = {
    ...environment,
    PATH: `${bin}:${environment.PATH}`,
    MLFLOW_TRACKING_URI: `sqlite:///${path}`,
    MLFLOW_PROMPTS_MODEL_URL: model.url,
    MLFLOW_PROMPTS_MODELS: "chat",
  };
  return { home, variables, install };
}

/** What bash makes of a line. */
export function shell(
  line: string,
  { home, variables }: Pick<ReadersFolder, "home" | "variables">,
): Promise<{ readonly code: unknown; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      "bash",
      ["-c", line],
      { cwd: home, env: variables },
      (error, _, stderr) => resolve({ code: error === null ? 0 : error.code, stderr }),
    );
    child.stdin?.end();
  });
}
