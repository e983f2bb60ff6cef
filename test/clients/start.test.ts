import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { program } from "../support/program.ts";

const chunks = join(dirname(program), "chunks");

/** The file and all that it imports at once, as texts by path. */
function loaded(path: string, files = new Map<string, string>()): Map<string, string> {
  if (files.has(path)) return files;
  const text = readFileSync(path, "utf8");
  files.set(path, text);
  for (const [, imported = ""] of text.matchAll(/\b(?:from|import)"(\.{1,2}\/[^"]+)"/g)) {
    loaded(join(dirname(path), imported), files);
  }
  return files;
}

/** What esbuild made of a module that is imported when it is needed. */
function chunk(name: string): string {
  const [found, ...others] = readdirSync(chunks).filter((file) => file.startsWith(`${name}-`));
  if (found === undefined || others.length > 0) throw new Error(`There is no one chunk ${name}.`);
  return join(chunks, found);
}

/** What a stdio server reads before it asks MLflow for its prompts. */
const beforeAsking = () => loaded(program);

/** What it reads until it has listed them for the first time. */
const start = () => loaded(chunk("connection"), beforeAsking());

/** What an http server reads until it serves. */
const service = () => loaded(chunk("serve"), loaded(chunk("http"), beforeAsking()));

const bytesOf = (files: ReadonlyMap<string, string>) =>
  [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

describe("a stdio start", () => {
  it("reads at most 905 kB, of which the SDK and zod are 320 and undici 280, in few files", () => {
    const files = start();

    expect(bytesOf(files)).toBeGreaterThan(400_000);
    expect(bytesOf(files)).toBeLessThan(905_000);
    expect(files.size).toBeLessThan(11);
  });

  it("reads at most 630 kB of it, in fewer files, before it asks MLflow", () => {
    const files = beforeAsking();

    expect(bytesOf(files)).toBeLessThan(630_000);
    expect(files.size).toBeLessThan(4);
  });

  it("reads no tools, no skills, no templates' parsers, no database and no HTTP service", () => {
    const paths = [...start().keys()];

    for (const name of [
      "catalogue",
      "definitions",
      "results",
      "pool",
      "patch",
      "embedded-file",
      "serve",
    ]) {
      expect(paths).not.toContain(chunk(name));
    }
  });
});

/** What is loaded only where it is needed, by which module, and a text that is in it. */
const lazy = [
  ["commander", "program", "commander.unknownOption"],
  ["OpenTelemetry", "open-telemetry", "opentelemetry.js.api"],
] as const;

describe.each([
  ["stdio", start],
  ["http", service],
])("a start of %s", (_, files) => {
  it.each(lazy)("reads no %s", (_library, module, mark) => {
    const has = (read: ReadonlyMap<string, string>) =>
      [...read.values()].some((text) => text.includes(mark));

    expect(has(loaded(chunk(module)))).toBe(true);
    expect(has(files())).toBe(false);
    expect([...files().keys()]).not.toContain(chunk(module));
  });
});
