import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { row } from "./rows.ts";

const result = z.object({
  /** The day, yyyy-mm-dd. */
  date: z.string(),
  rounds: z.number(),
  cores: z.number(),
  node: z.string(),
  mlflow: z.string(),
  sdk: z.string(),
  rows: z.array(row),
});

/** The rows of a run, and what a reader must know about its environment. */
export type Result = z.infer<typeof result>;

const sdkPackage = z.object({ version: z.string() });

export async function describeRun(): Promise<Pick<Result, "date" | "cores" | "node" | "sdk">> {
  const manifest = await readFile("node_modules/@modelcontextprotocol/server/package.json", "utf8");
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: cpus().length,
    node: process.versions.node,
    sdk: sdkPackage.parse(JSON.parse(manifest)).version,
  };
}

/** Reads what an earlier run wrote. */
export async function readResult(path: string): Promise<Result> {
  return result.parse(JSON.parse(await readFile(path, "utf8")));
}

/** Writes bench/results/<date>-<cores>-cores-node-<version>.json; returns its path. */
export async function writeResult(measured: Result): Promise<string> {
  const { date, cores, node } = measured;
  const folder = join("bench", "results");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${date}-${cores}-cores-node-${node}.json`);
  const rounded = (key: string, value: unknown) =>
    typeof value === "number" && key !== "rounds" ? Number(value.toPrecision(4)) : value;
  await writeFile(path, `${JSON.stringify(measured, rounded, 2)}\n`);
  return path;
}
