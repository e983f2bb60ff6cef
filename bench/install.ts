import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { name, version } from "../package.json";
import { resultOf } from "./answers.ts";
import { built, workFolder } from "./built.ts";
import type { Effort } from "./effort.ts";
import type { Command } from "./measured-servers.ts";
import { beside, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

const listed = z.object({ prompts: z.array(z.unknown()).min(1) });

/**
 * From `npx -y mlflow-prompts-mcp` to the first prompt, on a machine that has nothing of it: the packed
 * program is a file, its dependency comes from the npm registry. Beside the same again, when npx has both,
 * and beside the program itself. Without a ratio: the network decides.
 */
export async function measureInstall({ rounds }: Effort): Promise<Row[]> {
  await npm("pack", "--silent", "--pack-destination", workFolder);
  const npx = join(await npm("root", "--global"), "npm", "bin", "npx-cli.js");
  const registry = await npm("config", "get", "registry");
  const args = [npx, "-y", `--package=${join(workFolder, `${name}-${version}.tgz`)}`, name];
  const samples = await repeat(rounds, async () => {
    const home = await mkdtemp(join(workFolder, "install-"));
    const variables = {
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      npm_config_cache: join(home, "cache"),
      npm_config_registry: registry,
    };
    const sample = {
      first: await timeFirstPrompt({ args, variables }),
      again: await timeFirstPrompt({ args, variables }),
      program: await timeFirstPrompt({ args: [built.program], variables }),
    };
    await rm(home, { recursive: true, force: true });
    return sample;
  });
  const firsts = samples.map(({ first }) => first);
  const agains = samples.map(({ again }) => again);
  return [
    beside({
      id: "install/npx-first",
      measured: "npx to the first prompts/list, with an empty cache",
      unit: "ms",
      values: firsts,
      against: "with everything in the cache",
      bases: agains,
    }),
    beside({
      id: "install/npx-again",
      measured: "npx to the first prompts/list, with everything in its cache",
      unit: "ms",
      values: agains,
      against: "the program without npx",
      bases: samples.map(({ program }) => program),
    }),
  ];
}

async function npm(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("npm", args)).stdout.trim();
}

async function timeFirstPrompt(command: Command): Promise<number> {
  const server = new StdioServer(command);
  await server.initialize();
  const { text, at } = await server.request("prompts/list", {});
  listed.parse(resultOf(text));
  await server.close();
  return at - server.spawnedAt;
}
