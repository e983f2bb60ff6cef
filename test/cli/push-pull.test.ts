import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pullFolder } from "../../src/cli/commands/pull.ts";
import { pushFolder } from "../../src/cli/commands/push.ts";
import { lockFileName } from "../../src/cli/folder/lock-file.ts";
import { pushPrompt } from "../../src/cli/folder/push-prompt.ts";
import { readFolder } from "../../src/cli/folder/read-folder.ts";
import { localCall } from "../../src/cli/with-local-session.ts";
import { runCommand } from "../support/command-line.ts";
import { emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { isolated, run } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A folder of prompt files and an empty registry, with the commands on both. */
function setUp(files: Readonly<Record<string, string>> = {}) {
  const { path, registry } = emptyFile();
  const folder = temporaryFolder();
  write(files);
  const environment = { MLFLOW_TRACKING_URI: `sqlite:///${path}` };
  function write(more: Readonly<Record<string, string>>) {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  }
  return {
    ...{ folder, registry, path, write },
    read: (name: string) => readFileSync(join(folder, name), "utf8"),
    push: (...flags: string[]) => runCommand(["push", folder, ...flags], environment),
    pull: (...flags: string[]) => runCommand(["pull", folder, ...flags], environment),
    /** Every file of the folder by its path. */
    all: () =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ name, parentPath }) => [
            join(parentPath, name).slice(folder.length + 1),
            readFileSync(join(parentPath, name), "utf8"),
          ]),
      ),
  };
}

const triage = `---
# sorts what comes in
name: triage
description: Sorts tickets
model: {id: gpt-4o, options: {temperature: 0.2}}
inputs:
  - {name: ticket, kind: string, description: The mail, required: true}
---
system:
You sort tickets.

user:
{{ ticket }}
`;

describe("push and pull", () => {
  it("register what a folder has, and change no byte of it", async () => {
    const { push, pull, all, registry } = setUp({
      "triage.prompty": triage,
      "mail/greeting.txt": "Hello {{ name }},\r\n\tyours\r\n",
      "README.md": "# Our prompts",
      "settings.json": '{"a": 1}',
    });

    const first = await push();

    expect(first.stderr).toContain("2 prompts changed, 0 unchanged, 0 failed.");
    const { template, modelConfig } = await registry.getVersion("triage", "latest");
    expect(template).toMatchObject({ messages: [{ role: "system" }, { content: "{{ ticket }}" }] });
    expect(modelConfig).toEqual({ model_name: "gpt-4o", temperature: 0.2 });
    expect((await registry.getPrompt("triage")).description).toBe("Sorts tickets");
    expect((await registry.getPrompt("greeting")).latest?.template).toEqual({
      kind: "text",
      text: "Hello {{ name }},\r\n\tyours\r\n",
    });
    const pushed = all();
    expect(await pull()).toMatchObject({ code: 0, stdout: "" });
    expect(all()).toEqual(pushed);
    expect(await push("--json")).toMatchObject({ code: 0 });
    expect((await registry.getPrompt("triage")).latest?.version).toBe(1);
    expect(all()).toEqual(pushed);
  });

  it("pull what was changed in the registry, and keep the rest of a file", async () => {
    const { push, pull, read, registry } = setUp({ "triage.prompty": triage });
    await push();
    const { tags } = await registry.getVersion("triage", "latest");
    const messages = [
      { role: "system", content: "You sort mail." },
      { role: "user", content: "{{ ticket }}" },
    ];
    await registry.registerVersion("triage", {
      template: { kind: "chat", messages },
      modelConfig: { model_name: "gpt-4o", temperature: 0.5 },
      tags,
    });

    const dry = await pull("--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining("1 file would be") });
    expect(dry.stdout).toMatch(/^triage\.prompty: would be version 2 of triage\n {2}\| --- triage/);
    expect(dry.stdout).toContain("  | -You sort tickets.\n  | +You sort mail.\n");
    expect(read("triage.prompty")).toBe(triage);
    expect(await pull()).toMatchObject({
      code: 0,
      stdout: "triage.prompty: version 2 of triage\n",
    });

    expect(read("triage.prompty")).toBe(
      triage.replace("temperature: 0.2", "temperature: 0.5").replace("sort tickets.", "sort mail."),
    );
    expect(JSON.parse(read(lockFileName))).toEqual({ prompts: { triage: { version: 2 } } });
  });

  it("refuse to write over a version or a file that the other side does not know", async () => {
    const { push, pull, write, read, registry } = setUp({ "a.txt": "One" });
    await push();
    await registry.registerVersion("a", text("Two"));
    write({ "a.txt": "Three" });

    expect(await push()).toMatchObject({
      code: 5,
      stdout: expect.stringMatching(
        /^a\.txt: Nothing was registered: the newest version of "a" is 2/,
      ),
    });
    expect(await pull()).toMatchObject({
      code: 5,
      stdout: expect.stringContaining("was changed since version 1"),
    });
    expect(read("a.txt")).toBe("Three");
    expect((await registry.getPrompt("a")).latest?.version).toBe(2);

    await pull("--force");
    expect(read("a.txt")).toBe("Two");
    write({ "a.txt": "Two and three" });
    expect(await pull()).toMatchObject({ code: 0, stdout: expect.stringContaining("push it") });
    expect(await push()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("a.txt: version 3 of a\n"),
    });
  });

  it("refuse to change details back that others have changed with a version", async () => {
    const file = (body: string) => `---\ndescription: Mine\n---\n${body}`;
    const { push, write, registry } = setUp({ "a.md": file("One") });
    await push();
    await registry.registerVersion("a", text("Two"));
    await registry.updatePrompt("a", { description: "Ann's" });
    write({ "a.md": file("Two") });

    for (const flags of [[], ["--dry-run"]]) {
      expect(await push(...flags)).toMatchObject({
        code: 5,
        stdout: expect.stringContaining("its version 2 is newer than version 1"),
      });
    }
    expect((await registry.getPrompt("a")).description).toBe("Ann's");
  });

  it("tell what a change means for callers, and write nothing", async () => {
    const { push, write, registry } = setUp({ "a.txt": "Hello {{ name }}" });
    await push();
    write({ "a.txt": "Hello {{ name }} of {{ town }}", "b.txt": "New" });

    const checked = await push("--check");

    expect(checked).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("2 prompts would change"),
    });
    expect(checked.stdout).toMatch(/^a\.txt: would be version 2 of a\n {2}.*town/);
    expect(checked.stdout).toContain("| +Hello {{ name }} of {{ town }}");
    expect(await push("--dry-run")).toMatchObject({ code: 0 });
    write({ "a.txt": "Hi {{ name }}" });
    expect(await push("--check")).toMatchObject({ code: 0 });
    expect((await registry.getPrompt("a")).latest?.version).toBe(1);
    await expect(registry.getPrompt("b")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("check a folder where the configuration is read-only", async () => {
    const { push, write, registry } = setUp({ "a.txt": "Hello {{ name }}" });
    await push();
    write({ "a.txt": "Hello {{ town }}" });

    const checked = await push("--check", "--read-only");

    expect(checked).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("1 prompt would change"),
    });
    expect(await push("--read-only")).toMatchObject({ code: 4 });
    expect((await registry.getPrompt("a")).latest?.version).toBe(1);
  });

  it("check a change against the version that is served, too", async () => {
    const { push, write, registry } = setUp({ "a.txt": "A {{ x }}" });
    await push();
    await registry.setAlias("a", "production", 1);
    write({ "a.txt": "A {{ y }}" });
    await push();
    write({ "a.txt": "A {{ y }}!" });

    const checked = await push("--check");

    expect(checked.code).toBe(3);
    expect(checked.stdout).toContain("  Against version 2: Compatible");
    expect(checked.stdout).toMatch(/ {2}Against version 1, which is served: Breaks callers.*"y"/);
    const [result] = JSON.parse((await push("--check", "--json")).stdout);
    expect(result).toMatchObject({ verdict: "breaking", findings: { length: 2 } });
    expect(await push("--check", "--serve", "staging,latest")).toMatchObject({ code: 0 });
    write({ "a.txt": "A {{ x }}!" });
    const back = await push("--check", "--json");
    expect(JSON.parse(back.stdout)[0]).toMatchObject({ verdict: "breaking" });
    await registry.setAlias("a", "production", 2);
    write({ "a.txt": "A {{ y }}?" });
    expect(JSON.parse((await push("--check", "--json")).stdout)[0].findings).toHaveLength(1);
  });

  it("report every file that is wrong, and write nothing then", async () => {
    const { push, registry, folder } = setUp({
      "good.txt": "Good",
      "x.txt": "One",
      "more/x.md": "Two",
      "broken.prompty": "---\nname: [\n---\nsystem:\nHi",
      "open.prompty": "---\nname: x\n",
      "list.json": '[{"content": 1}]',
    });
    writeFileSync(join(folder, "latin.txt"), Buffer.from([0x48, 0xe4]));

    const { code, stderr } = await push();

    expect(code).toBe(1);
    expect(stderr).toMatch(/^broken\.prompty: line 3: the YAML is wrong/m);
    expect(stderr).toMatch(/^open\.prompty: line 1: the front matter has no line --- at its end/m);
    expect(stderr).toMatch(/^list\.json: line 1: it is no list of messages/m);
    expect(stderr).toMatch(/^latin\.txt: it is not UTF-8/m);
    expect(stderr).toMatch(/^more\/x\.md and x\.txt are the same prompt "x"/m);
    expect(stderr).toContain("Nothing was pushed, because of 5 problems");
    await expect(registry.getPrompt("good")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("report what no registry stores of any file before the first write", async () => {
    const { push, registry } = setUp({
      "a.txt": "Good",
      "long.txt": "x".repeat(200_000),
      "nul.txt": "a\0b",
      "silent.json": '[{"role": "user"}]',
      "z.md": `---\ndescription: ${"d".repeat(6_000)}\n---\nText`,
    });

    for (const flags of [[], ["--check"]]) {
      const { code, stdout, stderr } = await push(...flags);

      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /^long\.txt: The template has 200000 characters; the limit is 100000/m,
      );
      expect(stderr).toMatch(/^nul\.txt: The template contains a NUL/m);
      expect(stderr).toMatch(/^silent\.json: messages\[0\]: it has no content/m);
      expect(stderr).toMatch(/^z\.md: The description has 6000 characters/m);
      expect(stderr).toContain("because of 4 problems in the folder");
    }
    await expect(registry.getPrompt("a")).rejects.toMatchObject({ kind: "not_found" });
  });

  it("pull the versions of an alias", async () => {
    const { pull, read, registry } = setUp();
    await registry.registerVersion("a", text("One"));
    await registry.registerVersion("a", text("Two"));
    await registry.registerVersion("b", text("Three"));
    await registry.setAlias("a", "production", 1);

    expect((await pull("--alias", "production")).stdout).toBe("a.prompty: new, version 1 of a\n");
    expect(read("a.prompty")).toContain("user:\nOne\n");
  });

  it("pull into a folder that is not there yet, and make none to find out", async () => {
    const { folder, pull, push, registry } = setUp();
    await registry.registerVersion("greet", text("Hello {{ name }}"));
    rmSync(folder, { recursive: true });

    expect(await push()).toMatchObject({ code: 2, stderr: expect.stringContaining("no folder") });
    expect(await pull("--dry-run")).toMatchObject({ code: 0 });
    expect(existsSync(folder)).toBe(false);
    expect(await pull()).toMatchObject({ code: 0 });
    expect(readdirSync(folder).toSorted()).toEqual([lockFileName, "greet.prompty"]);
  });

  it("keep in a file without room for details what the registry has of them", async () => {
    const { push, write, registry } = setUp({ "a.txt": "Hello {{ name }}" });
    await registry.registerVersion("a", {
      ...text("Hello {{ name }}"),
      modelConfig: { temperature: 1 },
      tags: { team: "x" },
    });
    await push();
    write({ "a.txt": "Hi {{ name }}" });
    await push("--message", "Shorter");

    expect(await registry.getVersion("a", "latest")).toMatchObject({
      version: 2,
      commitMessage: "Shorter",
      modelConfig: { temperature: 1 },
      tags: { team: "x" },
    });
  });
});

describe("a folder", () => {
  it("is never left, whatever a prompt is called", async () => {
    const { folder, registry, pull, all } = setUp();
    const names = ["..", "../../x", "/etc/x", ".hidden", "a\\b", "con", "a b/ü", "A", "a", "x."];
    const session = sessionOf({
      ...registry,
      searchPrompts: async () => ({
        items: names.map((name) => ({
          ...{ name, description: "", tags: {}, aliases: {}, createdAt: 0, updatedAt: 0 },
          latest: {
            ...{ name, version: 1, commitMessage: "", tags: {}, aliases: [] },
            ...{ createdAt: 0, updatedAt: 0, template: { kind: "text", text: name } as const },
          },
        })),
      }),
      getVersions: async () => [],
    });
    const pulled = await pullFolder(
      session,
      await readFolder(folder),
      { names: [], force: false, dryRun: false },
      localCall("pull", new AbortController().signal, () => {}),
    );

    expect(pulled.filter(({ action }) => action === "failed")).toMatchObject([
      { name: "a", error: expect.stringContaining("some file systems have one file for both") },
    ]);
    expect(Object.keys(all()).sort()).toEqual(
      [
        lockFileName,
        ...["%2E%2E.prompty", "%2E.%2F..%2Fx.prompty", "%2Fetc%2Fx.prompty", "%2Ehidden.prompty"],
        ...[
          "a%5Cb.prompty",
          "%63on.prompty",
          "a%20b%2F%C3%BC.prompty",
          "A.prompty",
          "x%2E.prompty",
        ],
      ].sort(),
    );
    const read = await readFolder(folder);
    expect(read.files.map(({ name }) => name).sort()).toEqual(
      names.filter((name) => name !== "a").sort(),
    );
    expect(existsSync(join(folder, "..", "x.prompty"))).toBe(false);
    expect(await pull()).toMatchObject({ code: 0 });
  });

  it("is read without following links", async () => {
    const { folder } = setUp({ "real/a.txt": "A" });
    const outside = setUp({ "b.txt": "B" });
    symlinkSync(outside.folder, join(folder, "linked"));
    symlinkSync(join(outside.folder, "b.txt"), join(folder, "b.txt"));

    expect((await readFolder(folder)).files.map(({ path }) => path)).toEqual(["real/a.txt"]);
  });
});

describe("two pushes of the same files at once", () => {
  it("register each version once, and end well", async () => {
    const count = 30;
    const filesOf = (text: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}.txt`, `${text} ${n}`]));
    const { folder, registry, path, write } = setUp(filesOf("One"));
    const { environment } = isolated({ MLFLOW_TRACKING_URI: `sqlite:///${path}` });

    for (const version of [1, 2]) {
      if (version === 2) write(filesOf("Two"));
      const both = await Promise.all([1, 2].map(() => run(["push", folder], environment)));

      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      const counts = both.map(({ stderr }) =>
        /(no|\d+) prompts? changed, (\d+) unchanged, 0 failed/
          .exec(stderr)
          ?.slice(1)
          .map((said) => Number(said.replace("no", "0"))),
      );
      const [[changed = 0, unchanged = 0] = [], [others = 0, known = 0] = []] = counts;
      expect([changed + others, changed + unchanged, others + known]).toEqual([
        count,
        count,
        count,
      ]);
      const found = Object.keys(filesOf("")).map((file) =>
        registry.getPrompt(file.replace(".txt", "")),
      );
      const newest = (await Promise.all(found)).map(({ latest }) => latest?.version);
      expect(newest).toEqual(Array(count).fill(version));
    }
  });

  it("say what one found that the other had registered meanwhile", async () => {
    const { folder, registry, write, push } = setUp({ "a.txt": "One" });
    await push();
    const session = sessionOf(registry);
    write({ "a.txt": "Two" });
    const read = await readFolder(folder);
    await registry.registerVersion("a", text("Two"));
    const there = {
      ...(await registry.getPrompt("a")),
      latest: await registry.getVersion("a", { version: 1 }),
    };
    const request = { dryRun: false, allowBreaking: false };
    const call = localCall("push", new AbortController().signal, () => {});
    const [file] = read.files;
    if (file === undefined) throw new Error("There is no file.");

    expect(await pushPrompt(session, file, { prompt: there, base: 1 }, request, call)).toEqual({
      ...{ name: "a", file: "a.txt", action: "unchanged", version: 2 },
    });
    await registry.registerVersion("a", text("Three"));
    await expect(
      pushPrompt(session, file, { prompt: there, base: 1 }, request, call),
    ).rejects.toMatchObject({ kind: "conflict" });
  });
});

describe("an interrupted push", () => {
  it("goes on where it was", async () => {
    const files = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`p${n}.txt`, `Text ${n}`]));
    const { folder, registry, push } = setUp(files);
    const interrupted = new AbortController();
    const session = sessionOf({
      ...registry,
      describe: (...given) => registry.describe(...given),
      getPrompt: (...given) => registry.getPrompt(...given),
      getVersions: (...given) => registry.getVersions(...given),
      getVersion: (...given) => registry.getVersion(...given),
      searchPrompts: (...given) => registry.searchPrompts(...given),
      async registerVersion(...given) {
        const registered = await registry.registerVersion(...given);
        if (given[0] === "p3") interrupted.abort();
        return registered;
      },
    });
    const pushing = pushFolder(
      session,
      await readFolder(folder),
      { dryRun: false, allowBreaking: false },
      localCall("push", interrupted.signal, () => {}),
    );
    await expect(pushing).rejects.toMatchObject({ kind: "cancelled" });

    expect((await push()).stdout).toBe(
      "p4.txt: new prompt p4, version 1\np5.txt: new prompt p5, version 1\n",
    );
    const versions = [1, 2, 3, 4, 5].map(
      async (n) => (await registry.getPrompt(`p${n}`)).latest?.version,
    );
    expect(await Promise.all(versions)).toEqual([1, 1, 1, 1, 1]);
  });
});
