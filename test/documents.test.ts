import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { settingSources } from "../src/config/settings.ts";
import { resourceTemplates } from "../src/resources/catalogue.ts";
import { tools } from "../src/tools/catalogue.ts";

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

describe("docs/hosting.md", () => {
  it("has the table of settings as the configuration's schema has them", () => {
    const rows = settingSources.map(({ flag, variable, fallback, help, commands }) => {
      const shownFlag = flag === undefined ? "" : `\`--${flag}\``;
      const shownFallback = fallback === "" ? "" : `\`${fallback}\``;
      return `| ${shownFlag} | \`${variable}\` | ${shownFallback} | ${whose(commands)}${help} |\n`;
    });
    const table = /\| Flag \|[^\n]*\n\| --- .*\|\n((?:\|[^\n]*\n)*)/.exec(
      read("docs/hosting.md"),
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
