import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { fillRegistry } from "../contract/transfer.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

/** A registry with all that prompts can have, and its backup. */
async function backedUp() {
  const { home, environment } = isolated();
  const path = join(home, "from.db");
  const archive = join(home, "prompts.backup");
  const file = createEmbeddedFile({ path, samples: false });
  await fillRegistry(file.registry({}));
  file.close();
  const on = (name: string, ...argv: string[]) =>
    runCommand(argv, { ...environment, MLFLOW_TRACKING_URI: `sqlite:///${join(home, name)}` });
  const made = await on("from.db", "backup", archive);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  return { home, archive, on, made };
}

describe("backup", () => {
  it("writes one file, for its owner alone, and replaces none", async () => {
    const { home, archive, on, made } = await backedUp();

    expect(made.stdout).toBe(`3 prompts with 3 versions in ${archive}\n`);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    const again = await on("from.db", "backup", archive);
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining("--force") });
    expect(await on("from.db", "backup", archive, "--force")).toMatchObject({ code: 0 });
    expect(readdirSync(home).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  it("says that a folder is missing", async () => {
    const { home, on } = await backedUp();

    const { code, stderr } = await on("from.db", "backup", join(home, "absent", "a.backup"));

    expect(code).toBe(1);
    expect(stderr).toContain("cannot be written");
  });
});

describe("a file that is none", () => {
  it("is refused by backup and restore", async () => {
    const { home, on } = await backedUp();

    const dash = await on("from.db", "backup", "-");
    const missing = await on("new.db", "restore", join(home, "nope.bk"));
    const folder = await on("new.db", "restore", home);

    expect(dash).toMatchObject({ code: 2, stdout: "" });
    expect(dash.stderr).toContain("backup writes a file, and - is none");
    expect(existsSync("-")).toBe(false);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toContain(
      `There is no such file: ${join(home, "nope.bk")}. Nothing was`,
    );
    expect(folder).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("restore", () => {
  it("brings everything back into an empty registry, and nothing into the same one", async () => {
    const { home, archive, on } = await backedUp();

    const dry = await on("new.db", "restore", archive, "--dry-run", "--json", "created");
    expect(JSON.parse(dry.stdout)).toEqual({ created: 3 });
    const restored = await on("new.db", "restore", archive, "--json");
    expect(JSON.parse(restored.stdout)).toMatchObject({ created: 3, versions: 3, aliases: 2 });
    const same = await on("from.db", "restore", archive, "--json", "unchanged,versions");
    expect(JSON.parse(same.stdout)).toEqual({ unchanged: 3, versions: 0 });

    const second = join(home, "second.backup");
    await on("new.db", "backup", second);
    expect(linesOf(second).slice(1)).toEqual(linesOf(archive).slice(1));
  });

  const damages: Readonly<
    Record<string, { readonly says: string; readonly make: (bytes: Buffer) => Buffer }>
  > = {
    "cut in the middle": {
      says: "unexpected end of file",
      make: (bytes) => bytes.subarray(0, bytes.length / 2),
    },
    "cut by its last byte": {
      says: "unexpected end of file",
      make: (bytes) => bytes.subarray(0, -1),
    },
    "without its last line": {
      says: "line 7 cannot be read",
      make: (bytes) => edited(bytes, (lines) => lines.slice(0, -1)),
    },
    "with a word changed": {
      says: "its checksum is another one",
      make: (bytes) =>
        edited(bytes, (lines) => lines.map((line) => line.replace("Says hello", "Says halo"))),
    },
    "without a version": {
      says: "its checksum is another one",
      make: (bytes) =>
        edited(bytes, (lines) => lines.filter((line) => !line.includes("One {{ name }}"))),
    },
    "of a newer release": {
      says: "line 1 cannot be read: ✖ was written by a newer release",
      make: (bytes) =>
        edited(bytes, (lines) => [lines[0]?.replace(":1,", ":2,") ?? "", ...lines.slice(1)]),
    },
    "with words in place of gzip": {
      says: "incorrect header check",
      make: () => Buffer.from("{}\n"),
    },
    "that is empty": { says: "", make: () => Buffer.alloc(0) },
  };
  it.each(Object.keys(damages))("refuses an archive %s before it writes anything", async (kind) => {
    const { archive, on } = await backedUp();
    writeFileSync(archive, damages[kind]?.make(readFileSync(archive)) ?? "");

    const { code, stderr } = await on("new.db", "restore", archive);

    expect(stderr).toContain(`is no complete backup: ${damages[kind]?.says}`);
    expect(code).toBe(1);
    expect((await on("new.db", "list")).stdout).toBe("");
  });

  it("refuses a file that is not there", async () => {
    const { home, on } = await backedUp();

    const { code, stderr } = await on("new.db", "restore", join(home, "absent"));

    expect(code).toBe(1);
    expect(stderr).toContain("no such file");
  });
});

function linesOf(path: string): string[] {
  // The last line has the checksum of the first one's time.
  return gunzipSync(readFileSync(path)).toString().split("\n").slice(0, -2);
}

function edited(bytes: Buffer, edit: (lines: string[]) => string[]): Buffer {
  const lines = gunzipSync(bytes).toString().trimEnd().split("\n");
  return gzipSync(`${edit(lines).join("\n")}\n`);
}
