import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import * as z from "zod";
import { createEmbeddedFile } from "../src/embedded/embedded-file.ts";
import { built, workFolder } from "./built.ts";
import type { Effort } from "./effort.ts";
import { serverEnvironment } from "./environment.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { newestAlias, template } from "./prompts.ts";
import { compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

const versions = 5;

const migrated = z.object({ created: z.number(), versions: z.number() });

/**
 * `migrate` from a file to MLflow, its start included, beside the writes alone: for each prompt one
 * request that creates it, one for each version, and one for its alias, one after the other.
 */
export async function measureMigration({ url, name }: Mlflow, effort: Effort): Promise<Row[]> {
  const prompts = effort.promptsToMigrate;
  const ours: number[] = [];
  const bases: number[] = [];
  let round = 0;
  await repeat(effort.roundsOfMigration, async () => {
    round++;
    const base = await timed(() => writeAll(url, `written-${round}`, prompts));
    const path = join(workFolder, `migration-${round}.db`);
    await fillFile(path, `migrated-${round}`, prompts);
    ours.push((await timed(() => migrate(path, url, prompts))) / prompts);
    bases.push(base / prompts);
    await rm(path);
  });
  return [
    compared({
      id: "migrate/prompt",
      measured: `migrate ${prompts} prompts of ${versions} versions, ${name}: each prompt`,
      unit: "ms",
      values: ours,
      against: "the writes alone",
      bases,
    }),
  ];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function fillFile(path: string, prefix: string, prompts: number): Promise<void> {
  await rm(path, { force: true });
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  for (let index = 0; index < prompts; index++) {
    const name = `${prefix}-${index}`;
    for (let version = 1; version <= versions; version++) {
      const text = template(version);
      await registry.registerVersion(name, { template: { kind: "text", text } }, { force: true });
    }
    await registry.setAlias(name, newestAlias, versions);
  }
  file.close();
}

async function migrate(path: string, url: string, prompts: number): Promise<void> {
  const args = [built.program, "migrate", "--from", `sqlite:///${path}`, "--to", url, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: serverEnvironment({}),
    maxBuffer: 100_000_000,
  });
  const done = migrated.parse(JSON.parse(stdout));
  if (done.created === prompts && done.versions === prompts * versions) return;
  throw new Error(`migrate made ${stdout}`);
}

async function writeAll(url: string, prefix: string, prompts: number): Promise<void> {
  for (let index = 0; index < prompts; index++) {
    const name = `${prefix}-${index}`;
    const isPrompt = { key: "mlflow.prompt.is_prompt", value: "true" };
    await post(url, "registered-models/create", { name, tags: [isPrompt] });
    for (let version = 1; version <= versions; version++) {
      const tags = [
        isPrompt,
        { key: "_mlflow_prompt_type", value: "text" },
        { key: "mlflow.prompt.text", value: template(version) },
      ];
      await post(url, "model-versions/create", { name, source: "prompt-template", tags });
    }
    await post(url, "registered-models/alias", {
      name,
      alias: newestAlias,
      version: `${versions}`,
    });
  }
}

/** On a connection of its own, as MLflow answers fastest. */
async function post(url: string, path: string, body: object): Promise<void> {
  const options = {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json" },
  } as const;
  const [status, said] = await new Promise<readonly [number | undefined, string]>(
    (resolve, reject) => {
      const sent = request(`${url}/api/2.0/mlflow/${path}`, options, (response) => {
        text(response).then((answer) => resolve([response.statusCode, answer]), reject);
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    },
  );
  if (status !== 200) throw new Error(`${path}: ${status} ${said}`);
}
