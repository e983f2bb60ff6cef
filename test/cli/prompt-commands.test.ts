import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Command } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands.ts";
import { addToDataset } from "../../src/tools/evaluating/add-to-dataset.ts";
import { evaluatePrompt } from "../../src/tools/evaluating/evaluate-prompt.ts";
import { comparePromptVersions } from "../../src/tools/reading/compare-prompt-versions.ts";
import { listPromptVersions } from "../../src/tools/reading/list-prompt-versions.ts";
import { listPrompts } from "../../src/tools/reading/list-prompts.ts";
import { loadPrompt } from "../../src/tools/reading/load-prompt.ts";
import { renderPrompt } from "../../src/tools/reading/render-prompt.ts";
import { runPrompt } from "../../src/tools/running/run-prompt.ts";
import { registerPrompt } from "../../src/tools/writing/register-prompt.ts";
import { setPromptAlias } from "../../src/tools/writing/set-prompt-alias.ts";
import {
  carryOver,
  keepFolder,
  measurePrompt,
  setUpClient,
} from "../support/cli-registry-scenarios.ts";
import { workWithPrompt } from "../support/cli-scenario.ts";
import { runCommand } from "../support/command-line.ts";
import { fakeModel } from "../support/fake-model.ts";
import { isolated } from "../support/program.ts";

/** A new embedded registry, and how to run commands on it. */
function embedded(variables: Readonly<Record<string, string>> = {}) {
  const { home, environment: own } = isolated(variables);
  const address = `sqlite:///${home}/registry.db`;
  const environment = { ...own, MLFLOW_TRACKING_URI: address };
  const cli = (argv: readonly string[], given = {}) => runCommand(argv, environment, given);
  return { environment, folder: home, address, cli };
}

async function greeted(text = "Hello {{ name }}") {
  const registry = embedded();
  const { code, stderr } = await registry.cli(["register", "greet", "-"], { input: text });
  expect(code, stderr).toBe(0);
  return registry;
}

describe("the commands for prompts", () => {
  it("do a person's work on the embedded registry", async () => {
    await workWithPrompt(embedded());
  });

  it("ask models, and measure what they answer", async () => {
    await measurePrompt(embedded());
  });

  it("carry a registry over", async () => {
    await carryOver(embedded(), embedded(), embedded());
  });

  it("keep a folder and a registry the same", async () => {
    await keepFolder(embedded());
  });

  it("examine a registry, and connect a client to it", async () => {
    await setUpClient(embedded());
  });

  it("escape on a terminal what a prompt could do to it, and are exact on a pipe", async () => {
    const { cli } = await greeted("\u001b]0;owned\u0007 {{ name }}");

    const terminal = await cli(["show", "greet", "--raw"], { columns: 80 });
    const pipe = await cli(["show", "greet", "--raw"]);

    expect(terminal.stdout).toBe("\\u001b]0;owned\\u0007 {{ name }}\n");
    expect(pipe.stdout).toBe("\u001b]0;owned\u0007 {{ name }}");
  });

  it("align and head tables on a terminal, and write no audit there", async () => {
    const { cli } = await greeted();

    const { stdout } = await cli(["list"], { columns: 60 });
    const moved = await cli(["promote", "greet", "staging"], { columns: 60 });

    const [head = "", row = ""] = stdout.split("\n");
    expect(head).toContain("\u001b[1mNAME   VERSION");
    expect(row).toMatch(/^greet {2}1 {8}/);
    expect(moved).toMatchObject({ code: 0, stderr: "" });
  });

  it("have room for a description in 80 columns", async () => {
    const { cli } = embedded();
    const argv = ["register", "greet", "-", "--message", "Greets people"];
    await cli(argv, { input: "Hello {{ name }}" });

    const { stdout } = await cli(["list"], { columns: 80 });
    const history = await cli(["history", "greet"], { columns: 80 });

    expect(stdout.split("\n")[1]).toMatch(/ {2}\d{4}-\d\d-\d\d {2,}Greets people$/);
    expect(history.stdout.split("\n")[1]).toMatch(/ {2}\d{4}-\d\d-\d\d {2,}.* {2}Greets people$/);
    expect((await cli(["list"])).stdout).toMatch(/\t\d{4}-\d\d-\d\dT[\d:.]+Z\tGreets people\n$/);
  });

  it("refuse a message that says nothing", async () => {
    const { cli } = embedded();
    const register = (...messages: object[]) =>
      cli(["register", "talk", "-", "--chat"], { input: JSON.stringify(messages) });
    const call = { id: "1", type: "function", function: { name: "now", arguments: "{}" } };

    const silent = await register({ role: "user", content: "Hi" }, { role: "user" });
    expect(silent).toMatchObject({ code: 1, stdout: "" });
    expect(silent.stderr).toContain("has no content: give a text, or what stands in its place");
    expect(await register({ role: "user", name: "ann", content: null })).toMatchObject({ code: 1 });
    expect(await register({ role: "assistant", tool_calls: [call] })).toMatchObject({ code: 0 });
  });

  it("record each write and refusal in the audit", async () => {
    const { cli } = await greeted();

    const moved = await cli(["promote", "greet", "staging"]);
    const refused = await cli(["promote", "greet", "live", "--writable-aliases", "staging"]);

    expect(moved.stderr).toContain('"operation":"set_alias","outcome":"ok"');
    expect(moved.stderr).toContain('"client":"mlflow-prompts-mcp promote/');
    expect(refused.stderr).toContain('"operation":"set_prompt_alias","outcome":"forbidden"');
    expect(refused.code).toBe(4);
  });

  it("write nothing where the configuration is read-only", async () => {
    const { cli } = await greeted();

    const refused = await cli(["promote", "greet", "staging", "--read-only"]);

    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain("this configuration is read-only");
    const dry = await cli(["promote", "greet", "staging", "--read-only", "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining("this is a dry run") });
    expect((await cli(["list", "--alias", "staging"])).stdout).toBe("");
  });

  it("end with 3 where a gate is not passed, in a dry run too", async () => {
    const { cli } = await greeted();
    const gate =
      '{"alias":"staging","dataset":"questions","scorers":{"exact_match":{"at_least":1}}}';
    const argv = ["promote", "greet", "staging", "--promotion-gate", gate];

    expect(await cli(argv)).toMatchObject({ code: 3, stdout: "" });
    expect(await cli([...argv, "--dry-run"])).toMatchObject({ code: 3 });
    const next = ["register", "greet", "-", "--base-version", "1", "--alias", "staging"];
    for (const dry of [[], ["--dry-run"]]) {
      const given = { input: "Hi {{ name }}" };
      expect(await cli([...next, "--promotion-gate", gate, ...dry], given)).toMatchObject({
        code: 3,
      });
    }
    expect((await cli(["list", "--alias", "staging"])).stdout).toBe("");
  });

  it("refuse a version whose base is not the newest", async () => {
    const { cli } = await greeted();
    await cli(["register", "greet", "-", "--base-version", "1"], { input: "Hi {{ name }}" });

    const late = await cli(["register", "greet", "-", "--base-version", "1"], { input: "Hey" });

    expect(late).toMatchObject({ code: 5, stdout: "" });
  });

  it("ask a model, whose answer alone is data", async () => {
    const model = await fakeModel(() => "Good day, Ada");
    const { cli } = await greeted();
    const settings = ["--model-url", model.url, "--models", "chat"];

    const { code, stdout, stderr } = await cli(["run", "greet", "name=Ada", ...settings]);

    expect([code, stdout]).toEqual([0, "Good day, Ada\n"]);
    expect(stderr).toContain("greet version 1 on chat");
    const without = await cli(["run", "greet", "name=Ada"]);
    expect(without).toMatchObject({ code: 2, stdout: "" });
    expect(without.stderr).toContain("there is no model to ask. Set --models or --model-url.");
  });

  it("list more than a page", async () => {
    const { cli } = await greeted();
    await cli(["register", "other", "-"], { input: "Other" });

    const { stdout, stderr } = await cli(["list", "--limit", "1"]);

    expect(stdout).toMatch(/^greet\t[^\n]*\n$/);
    expect(stderr).toContain("There are more than 1: --limit shows more.");
  });

  it("say that a registry cannot be reached with 6", async () => {
    const unreachable = { ...isolated().environment, MLFLOW_TRACKING_URI: "http://127.0.0.1:1" };

    expect(await runCommand(["list"], unreachable)).toMatchObject({ code: 6, stdout: "" });
  });

  it.each([
    [["render", "greet", "name"], '"name" is not a value: write it as name=value.'],
    [["render", "greet", "--arguments", "/none"], "The file /none cannot be read"],
    [["list", "--tag", "team"], '"team" is not a tag'],
    [["list", "--limit", "few"], '--limit is "few": it must be a number.'],
    [["promote", "greet"], "promote needs REF and ALIAS: mlflow-prompts-mcp promote REF ALIAS"],
  ])("refuse %j as wrong usage", async (argv, said) => {
    const { cli } = embedded();

    const { code, stdout, stderr } = await cli(argv);

    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
  });
});

describe("the JSON fields of", () => {
  const item = (list: z.ZodType, name: string) => {
    const shape = "shape" in list && list.shape ? new Map(Object.entries(list.shape)) : new Map();
    const array = shape.get(name);
    return Object.keys(array.element.shape);
  };
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ["list", item(listPrompts.output, "prompts")],
    ["history", item(listPromptVersions.output, "versions")],
    ["show", Object.keys(loadPrompt.output.shape)],
    ["render", Object.keys(renderPrompt.output.shape)],
    ["run", Object.keys(runPrompt.output.shape)],
    ["diff", Object.keys(comparePromptVersions.output.shape)],
    ["register", Object.keys(registerPrompt.output.shape)],
    ["promote", Object.keys(setPromptAlias.output.shape)],
    ["rollback", Object.keys(setPromptAlias.output.shape)],
    ["add-to-dataset", Object.keys(addToDataset.output.shape)],
    ["evaluate", [...Object.keys(evaluatePrompt.output.shape), "gates"]],
  ];

  it.each(fields)("%s are those of its tool", (name, expected) => {
    const command: Command | undefined = commands.find((known) => known.name === name);
    expect([...(command?.json ?? [])].toSorted()).toEqual([...expected].toSorted());
  });
});
