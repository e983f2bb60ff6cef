import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { commands, servingCommands } from "../src/cli/commands.ts";
import { settingSources } from "../src/config/settings.ts";
import { resourceTemplates } from "../src/resources/catalogue.ts";
import { tools } from "../src/tools/catalogue.ts";
import { imageName, imagePages, looks } from "./ui/support/pages.ts";

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}

const packages = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("package.json")));

describe("README.md", () => {
  it("has the table of tools as the catalogue has them", () => {
    const rows = tools.map(({ name, description }) => {
      const [firstSentence] = description.split(/(?<=\.) /);
      return `| \`${name}\` | ${firstSentence} |`;
    });
    const table = /\| Tool \|[^\n]*\n\| --- \| --- \|\n((?:\|[^\n]*\n)*)/.exec(
      read("README.md"),
    )?.[1];
    expect(table).toBe(`${rows.join("\n")}\n`);
  });

  it("has the list of commands as their table has them", () => {
    const rows = [...servingCommands, ...commands].map(
      ({ name, summary }) => `| [\`${name}\`](docs/command-line.md#${name}) | ${summary} |\n`,
    );
    const table = /\| Command \|[^\n]*\n\| --- \| --- \|\n((?:\|[^\n]*\n)*)/.exec(
      read("README.md"),
    )?.[1];
    expect(table).toBe(rows.join(""));
  });

  it("names every resource", () => {
    for (const { uriTemplate } of resourceTemplates) {
      expect(read("README.md")).toContain(`| \`${uriTemplate}\` |`);
    }
  });
});

/** Beside the http command, whose settings the table is of. */
function whose(commands: readonly string[]): string {
  if (commands.includes("stdio")) return "also over stdio: ";
  if (!commands.includes("webhooks")) return "";
  return commands.includes("http") ? "also of webhooks: " : "of webhooks alone: ";
}

describe("docs/settings.md", () => {
  it("has the table of settings as the configuration's schema has them", () => {
    const rows = settingSources.map(({ flag, variable, fallback, help, commands }) => {
      const shownFlag = flag === undefined ? "" : `\`--${flag}\``;
      const shownFallback = fallback === "" ? "" : `\`${fallback}\``;
      return `| ${shownFlag} | \`${variable}\` | ${shownFallback} | ${whose(commands)}${help} |\n`;
    });
    const table = /\| Flag \|[^\n]*\n\| --- .*\|\n((?:\|[^\n]*\n)*)/.exec(
      read("docs/settings.md"),
    )?.[1];
    expect(table).toBe(rows.join(""));
  });
});

describe("docs/dependencies.md", () => {
  it("justifies every dependency and no other", () => {
    const justified = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map(
      ([, name = ""]) => name,
    );
    const { dependencies, devDependencies } = packages;
    const used = [...Object.keys(dependencies), ...Object.keys(devDependencies)].map((name) =>
      name.startsWith("@types/") ? "@types/*" : name,
    );
    expect(justified.toSorted()).toEqual([...new Set(used)].toSorted());
  });
});

const root = fileURLToPath(new URL("..", import.meta.url));

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "bench/README.md",
  ...readdirSync(join(root, "docs"), "utf8")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** A TypeScript or JavaScript module, or a path below one of the folders of the repository. */
const sourcePath =
  /^(?:(?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs)|(?:src|test|bench|reliability)\/[\w./-]+)$/;

/** In backticks, in a command or by themselves. */
function sourcePaths(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code = ""]) => code.split(/\s+/))
    .filter((word) => sourcePath.test(word));
}

/** The anchors that GitHub gives to the headings of a document. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(documents)("%s", (document) => {
  it("names only source files that exist", () => {
    const bases = ["", "src", dirname(document)];
    const missing = sourcePaths(read(document)).filter(
      (path) => !bases.some((base) => existsSync(join(root, base, path))),
    );
    expect(missing).toEqual([]);
  });

  it("has its commands in blocks of shell, which a test runs", () => {
    const others = [...read(document).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
      .filter(([, language]) => language !== "sh")
      .map(([, , block = ""]) => block)
      .filter((block) => /^(?:mlflow-prompts-mcp|npm|npx) /m.test(block));
    expect(document === "docs/command-line.md" ? [] : others).toEqual([]);
  });

  it("links only to documents and headings that exist", () => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const broken = links
      .map(([, path = "", anchor]) => {
        const target = path === "" ? document : join(dirname(document), path);
        const exists = existsSync(join(root, target));
        return { target, anchor, exists };
      })
      .filter(
        ({ target, anchor, exists }) =>
          !exists || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor)),
      );
    expect(broken).toEqual([]);
  });
});

describe("docs/images", () => {
  const shown = documents.flatMap((document) =>
    [...read(document).matchAll(/<(?:img|source)[^>]* src(?:set)?="([^"]+)"/g)].map(
      ([, path = ""]) => join(dirname(document), path),
    ),
  );
  const made = Object.keys(imagePages).flatMap((page) =>
    looks.map((look) => `docs/images/${imageName(page, look)}`),
  );

  it("has what `npm run docs:images` makes, and all of it is shown", () => {
    const files = readdirSync(join(root, "docs/images"), "utf8").map(
      (name) => `docs/images/${name}`,
    );
    expect(files.toSorted()).toEqual(made.toSorted());
    expect([...new Set(shown)].toSorted()).toEqual(made.toSorted());
  });
});
