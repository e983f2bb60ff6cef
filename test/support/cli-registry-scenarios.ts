import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { CliRegistry } from "./cli-scenario.ts";
import { runCommand } from "./command-line.ts";
import { fakeModel } from "./fake-model.ts";
import { promptCorpus } from "./prompt-corpus.ts";

/** The commands on a registry. `data` is the output of one that must succeed. */
function commandsOn({ environment }: CliRegistry) {
  const cli = (...argv: string[]) => runCommand(argv, environment);
  return {
    cli,
    data: async (...argv: string[]) => {
      const { code, stdout, stderr } = await cli(...argv);
      expect(code, `${argv.join(" ")}: ${stderr}${stdout}`).toBe(0);
      return stdout;
    },
  };
}

/** Asks a model, keeps a dataset and measures versions on it. */
export async function measurePrompt(registry: CliRegistry): Promise<void> {
  const { data } = commandsOn(registry);
  const model = await fakeModel(({ body }) =>
    JSON.stringify(body).includes("Just the number") ? "4" : "It is 4.",
  );
  const asked = ["--model-url", model.url, "--models", "chat"];
  const file = join(registry.folder, "qa.txt");
  writeFileSync(file, "{{ question }}");
  await data("register", "qa", file, "--alias", "production");
  writeFileSync(file, "{{ question }} Just the number.");
  await data("register", "qa", file, "--base-version", "1");
  const rows = join(registry.folder, "rows.jsonl");
  writeFileSync(
    rows,
    ["2+2", "1+3", "4+0"]
      .map((question) =>
        JSON.stringify({ inputs: { question }, expectations: { expected_response: "4" } }),
      )
      .join("\n"),
  );

  expect(await data("run", "qa", "question=2+2", ...asked)).toBe("It is 4.\n");
  expect(await data("add-to-dataset", "sums", rows, "--prompt", "qa")).toContain("3 rows added");
  const measured = await data(
    ...["evaluate", "qa@production", "qa", "--dataset", "sums", "--scorers", "exact_match"],
    ...["--json", "dataset,complete,versions", ...asked],
  );

  expect(JSON.parse(measured)).toMatchObject({
    complete: true,
    versions: [
      { version: 1, scores: [{ scorer: "exact_match", mean: 0 }] },
      { version: 2, scores: [{ scorer: "exact_match", mean: 1 }] },
    ],
  });
}

/** Backs a registry up, restores it into a second one and migrates that to a third. */
export async function carryOver(
  first: CliRegistry,
  second: CliRegistry,
  third: CliRegistry,
): Promise<void> {
  const [from, to, last] = [first, second, third].map(commandsOn);
  if (from === undefined || to === undefined || last === undefined) throw new Error("No registry");
  const archive = join(first.folder, "prompts.backup");
  const file = join(first.folder, "a.txt");
  for (const [version, text] of ["Hello {{ name }}", "Good day {{ name }}"].entries()) {
    writeFileSync(file, text);
    const base = version === 0 ? [] : ["--base-version", `${version}`];
    await from.data("register", "a", file, "--message", `Says ${text}`, ...base);
  }
  await from.data("promote", "a/1", "production", "--reason", "First");
  const migrate = ["migrate", "--from", second.address, "--to", third.address];

  await from.data("backup", archive);
  await to.data("restore", archive, "--dry-run");
  expect(await to.data("list")).toBe("");
  const restored = await to.data("restore", archive, "--json", "created,versions,aliases");
  const again = await to.data("restore", archive, "--json", "unchanged,versions");
  const migrated = await to.data(...migrate, "--json", "created,versions,aliases");

  expect(JSON.parse(restored)).toEqual({ created: 1, versions: 2, aliases: 1 });
  expect(JSON.parse(again)).toEqual({ unchanged: 1, versions: 0 });
  expect(JSON.parse(migrated)).toEqual({ created: 1, versions: 2, aliases: 1 });
  const shown = (fields: string) => ["show", "a@production", "--json", fields];
  const same = shown("name,version,template,commit_message");
  expect(await last.data(...same)).toBe(await from.data(...same));
  const { created_at: made } = JSON.parse(await from.data(...shown("created_at")));
  expect(await last.data(...shown("first_created_at"))).toContain(made);
  expect(await last.data("show", "a@production")).toContain(`, first made ${made}`);
  expect(await last.data("history", "a")).toBe(await from.data("history", "a"));
  expect(await last.data("history", "a")).toMatch(
    /^2\t\t.*\tSays Good day \{\{ name \}\}\n1\tproduction\t.*\tSays Hello \{\{ name \}\}\n$/,
  );
}

/** Keeps some dozens of prompt files of all forms and a registry the same. */
export async function keepFolder(registry: CliRegistry): Promise<void> {
  const { data } = commandsOn(registry);
  const folder = join(registry.folder, "prompts");
  const files = promptCorpus().filter((_, index) => index % 5 === 0);
  expect(files.length).toBeGreaterThanOrEqual(40);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const actions = async (...argv: string[]) => {
    const results: unknown = JSON.parse(await data(...argv, "--json", "action,version"));
    return results;
  };
  const all = (action: string) => files.map(() => ({ action, version: 1 }));

  expect(await actions("push", folder, "--dry-run")).toEqual(all("created"));
  expect(await data("list")).toBe("");
  expect(await actions("push", folder)).toEqual(all("created"));
  expect(await actions("pull", folder)).toEqual(all("unchanged"));
  for (const [path, text] of files) expect(readFileSync(join(folder, path), "utf8")).toBe(text);
  expect(await actions("push", folder)).toEqual(all("unchanged"));
}

/** Examines a registry, and connects a client to it. */
export async function setUpClient(registry: CliRegistry): Promise<void> {
  const { data } = commandsOn(registry);

  const lines: unknown = JSON.parse(await data("doctor", "--json", "status"));

  expect(lines).not.toContainEqual({ status: "problem" });
  for (const [name, value] of Object.entries(registry.environment)) {
    if (!name.startsWith("MLFLOW_")) continue;
    expect(await data("connect", "cursor", "--print")).toContain(`"${name}": "${value}"`);
  }
}
