import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatTable } from "../../src/cli/output/table.ts";
import { cutTo, textWidth } from "../../src/cli/output/text-width.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

/** A registry with one prompt, and a folder with the files of three more. */
async function setUp(variables: Readonly<Record<string, string>> = {}) {
  const { home, environment: own } = isolated(variables);
  const environment = { ...own, MLFLOW_TRACKING_URI: `sqlite:///${home}/registry.db` };
  const given = { input: "Hello {{ name }}" };
  await runCommand(["register", "greet", "-"], environment, given);
  const folder = join(home, "prompts");
  mkdirSync(folder);
  for (const name of ["a", "b", "c"]) writeFileSync(join(folder, `${name}.txt`), name);
  return {
    folder,
    cli: (argv: readonly string[], columns?: number) =>
      runCommand(argv, environment, columns === undefined ? {} : { columns }),
  };
}

const bold = "\u001b[1m";
const bar = "\r\u001b[2K";

describe("colours", () => {
  it.each<[string, Readonly<Record<string, string>>, boolean, boolean]>([
    ["are for terminals", {}, true, false],
    ["are off with NO_COLOR", { NO_COLOR: "1" }, false, false],
    ["are on with an empty NO_COLOR", { NO_COLOR: "" }, true, false],
    [
      "are forced with FORCE_COLOR, also over NO_COLOR",
      { FORCE_COLOR: "1", NO_COLOR: "1" },
      true,
      true,
    ],
    ["are off with FORCE_COLOR=0", { FORCE_COLOR: "0" }, false, false],
  ])("%s", async (_, variables, onTerminal, onPipe) => {
    const { cli } = await setUp(variables);

    expect((await cli(["list"], 80)).stdout.includes(bold)).toBe(onTerminal);
    expect((await cli(["doctor"])).stdout.includes("\u001b[")).toBe(onPipe);
  });
});

describe("progress", () => {
  it("is a bar on a terminal, which is removed at the end", async () => {
    const { cli, folder } = await setUp();

    const { code, stdout, stderr } = await cli(["push", folder], 40);

    expect(code, stderr).toBe(0);
    const [first = "", ...drawn] = stderr.split(bar);
    expect(first).toBe("");
    expect(drawn[0]).toBe("░░░░░░░░░░░░░░░░░░░░ 0 of 3 a");
    expect(drawn.at(-1)).toBe("3 prompts changed, 0 unchanged, 0 failed.\n");
    for (const line of drawn) expect(textWidth(line.split("\n")[0] ?? "")).toBeLessThan(80);
    expect(stdout).not.toContain("░");
  });

  it("is not shown elsewhere", async () => {
    const { cli, folder } = await setUp();
    const backup = join(folder, "..", "registry.backup");
    const commands = [
      ["push", folder],
      ["pull", folder],
      ["backup", backup],
      ["restore", backup],
    ];

    for (const argv of commands) {
      const { code, stdout, stderr } = await cli(argv);

      expect([argv, code]).toEqual([argv, 0]);
      expect(stdout + stderr).not.toMatch(/\d of \d|[█░]/);
    }
  });

  it("is cut to the terminal, also one that says it has no columns", async () => {
    for (const [columns, most] of [
      [10, 9],
      [1, 0],
      [0, 79],
    ] as const) {
      const { cli, folder } = await setUp();

      const { stderr } = await cli(["push", folder], columns);

      const bars = stderr.split(bar).filter((text) => /[█░…]/.test(text));
      for (const text of bars) expect(textWidth(text)).toBeLessThanOrEqual(most);
      expect(bars.length > 0).toBe(most > 0);
    }
  });
});

describe("a text in so many columns", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
    ["abc", -1, ""],
    ["", 0, ""],
    ["日本", 4, "日本"],
    ["日本", 3, "日…"],
    ["日本", 2, "…"],
    ["日本", 1, "…"],
    ["e\u0301e\u0301", 1, "…"],
    ["👩‍👩‍👧x", 2, "…"],
    ["👩‍👩‍👧x", 3, "👩‍👩‍👧x"],
  ])("%j in %d is %j", (text, columns, expected) => {
    expect(cutTo(text, columns)).toBe(expected);
    expect(textWidth(cutTo(text, columns))).toBeLessThanOrEqual(Math.max(0, columns));
  });

  it.each([200, 20, 5, 2, 1])("is no line of a table longer than %d columns", (width) => {
    const table = {
      head: ["name", "text"],
      rows: [
        ["日本語のプロンプト", "Hello"],
        ["a", "👩‍👩‍👧"],
      ],
    };

    const lines = formatTable(table, (_, text) => text, width).split("\n");

    expect(lines).toHaveLength(4);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });
});
