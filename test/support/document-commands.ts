import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Documents that have commands. `docs/command-line.md` is written from the program's own examples. */
export const documentsWithCommands: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "bench/README.md",
  "deploy/chart/README.md",
  ...readdirSync(join(root, "docs"), "utf8")
    .filter((name) => name.endsWith(".md") && name !== "command-line.md")
    .map((name) => `docs/${name}`),
].filter((path) => commandsIn(path).length > 0);

/** The commands of a document's blocks of shell, in their order, lines that end with a backslash with the next one. */
export function commandsIn(path: string): readonly string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block
      .replace(/ *\\\n */g, " ")
      .split("\n")
      .filter((line) => line !== ""),
  );
}
