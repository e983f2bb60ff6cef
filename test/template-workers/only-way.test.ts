import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "../../src");

const jobs = join("registry", "engine", "template-job.ts");

/** Modules whose running time depends on the text. A number's own text is short. */
const unbounded =
  /(?:template\/(?:jinja\/(?!python\/float-text\.ts)|mustache|render\.ts|reading\.ts)|engine\/template-job\.ts)/;

test("nothing but the worker's program parses or renders templates", () => {
  const importing = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter(
      (file) =>
        file.endsWith(".ts") && !file.startsWith(join("registry", "template")) && file !== jobs,
    )
    .filter((file) => {
      const code = readFileSync(join(src, file), "utf8");
      const imports = code.matchAll(/^import (?!type )[^;]*? from "([^"]+)"|import\("([^"]+)"\)/gm);
      return [...imports].some(
        ([statement, path, later]) =>
          unbounded.test(path ?? later ?? "") && !/\{( type \w+,?)+ \}/.test(statement),
      );
    });
  expect(importing).toEqual([join("template-workers", "worker.ts")]);
});
