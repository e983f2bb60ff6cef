import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inCommandWords, inPushWords } from "../../src/cli/command-words.ts";
import { runCommand } from "../support/command-line.ts";
import { fakeModel } from "../support/fake-model.ts";
import { isolated } from "../support/program.ts";

/** A registry with versions of `greet`, one for each text. */
async function greeted(...texts: readonly string[]) {
  const { home, environment: own } = isolated();
  const environment = { ...own, MLFLOW_TRACKING_URI: `sqlite:///${home}/registry.db` };
  const cli = (argv: readonly string[], input = "") => runCommand(argv, environment, { input });
  for (const [base, text] of texts.entries()) {
    const { code, stderr } = await cli(
      [
        "register",
        "greet",
        "-",
        ...(base === 0 ? [] : ["--base-version", `${base}`, "--allow-breaking"]),
      ],
      text,
    );
    expect(code, stderr).toBe(0);
  }
  return { cli, environment, home };
}

/** The words of a command that a text advises, without the name of the program. */
function advised(text: string, pattern: RegExp): readonly string[] {
  const [, words = ""] = pattern.exec(text) ?? [];
  return words.split(" ");
}

describe("advice", () => {
  it("names flags that the command takes", async () => {
    const { cli } = await greeted("Hi {{ name }}", "Hi {{ who }}");
    await cli(["promote", "greet/1", "production", "--allow-breaking"]);

    const refused = await cli(["promote", "greet/2", "production"]);

    expect(refused.stderr).toMatch(/, or run it again with --allow-breaking\.\n$/);
    const [flag = ""] = advised(refused.stderr, /again with (\S+)\.\n$/);
    expect((await cli(["promote", "greet/2", "production", flag])).code).toBe(0);
  });

  it("undoes a move with the command that it prints", async () => {
    const { cli } = await greeted("Hi {{ name }}", "Hello {{ name }}");
    const created = await cli(["promote", "greet/1", "staging"]);
    expect(created.stdout).toContain("To undo it: delete the alias in the view, or");

    const { stdout } = await cli(["promote", "greet/2", "staging"]);
    const undo = advised(stdout, /^To undo it: mlflow-prompts-mcp (.*)$/m);

    expect(undo).toEqual(["promote", "greet/1", "staging", "--expected-version", "2"]);
    expect((await cli(undo)).code).toBe(0);
    expect((await cli(["show", "greet@staging", "--json", "version"])).stdout).toContain("1");
    const registered = await cli(
      ["register", "greet", "-", "--base-version", "2", "--alias", "staging"],
      "Good day {{ name }}",
    );
    expect(registered.stdout).toContain(
      "To undo it: mlflow-prompts-mcp promote greet/1 staging --expected-version 3\n",
    );
  });

  it("says what to do where nothing can be rolled back", async () => {
    const { cli } = await greeted("Hi");
    await cli(["promote", "greet", "staging"]);

    const first = await cli(["rollback", "greet", "staging"]);
    const none = await cli(["rollback", "greet", "live"]);

    expect(first.stderr).toContain("Name the version with mlflow-prompts-mcp promote NAME/VERSION");
    expect(none).toMatchObject({ code: 1 });
    expect(none.stderr).toContain('"greet" has no alias "live"');
  });

  it("shows the changes that a registration has to merge", async () => {
    const { cli } = await greeted("Hi", "Hello");

    const { code, stderr } = await cli(["register", "greet", "-", "--base-version", "1"], "Hey");

    expect(code).toBe(5);
    expect(stderr).toContain("register again with --base-version 2. Its changes since");
    expect(stderr).toContain("\n  | -Hi\n");
    expect(stderr).toContain("\n  | +Hello\n");
  });

  it("tells a push to pull and merge", async () => {
    const { cli, home } = await greeted("Hi", "Hello");
    writeFileSync(join(home, "greet.txt"), "Hey");
    writeFileSync(
      join(home, ".mlflow-prompts.json"),
      '{ "prompts": { "greet": { "version": 1 } } }',
    );

    const { code, stdout } = await cli(["push", home]);

    expect(code).toBe(5);
    expect(stdout).toContain("Run pull, merge, and push again.");
    expect(stdout).not.toContain("base_version");
  });

  it("names the command that makes the evidence of a gate", () => {
    const call = `This call makes the evidence: evaluate_prompt {"name":"it's","versions":[1,2],"dataset":"qa","scorers":["safety"],"max_rows":50}. Only if the person wants it nevertheless: call again with override_gate true and a reason.`;

    expect(inCommandWords(call)).toBe(
      `This command makes the evidence: mlflow-prompts-mcp evaluate 'it'\\''s/1' 'it'\\''s/2' --dataset qa --gate --max-rows 50. Only if it is wanted: run it again with --override-gate and --reason.`,
    );
    expect(inCommandWords("X: override_gate needs reason.")).toBe(
      "X: --override-gate needs --reason.",
    );
  });

  it("changes no word of a prompt", () => {
    const text = 'requires the new variable "base_version"; see register_prompt\n| dry_run true';

    expect(inCommandWords(text)).toBe(
      'requires the new variable "base_version"; see mlflow-prompts-mcp register\n| dry_run true',
    );
    expect(inPushWords("Register with base_version 0 to start again.")).toBe(
      "To start again, remove it from .mlflow-prompts.json and push again.",
    );
  });
});

describe("a value that the prompt does not take", () => {
  it.each([
    [["render", "greet", "name=Ada", "extra=2"], 0, 'greet takes no value "extra"'],
    [["render", "greet", "nme=1"], 1, 'no value "nme", which is not used. Did you mean "name"?'],
  ])("is named by %j", async (argv, code, said) => {
    const { cli } = await greeted("Hi {{ name }}");

    const ran = await cli(argv);

    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
    expect((await cli(["render", "greet", "name=Ada"])).stderr).toBe("");
  });

  it("is named before a model is asked", async () => {
    const { cli } = await greeted("Hi {{ name }}");
    const model = await fakeModel(() => "Hello");

    const ran = await cli([
      ...["run", "greet", "name=Ada", "nam=Bo"],
      ...["--model-url", model.url, "--models", "small"],
    ]);

    expect(ran.stderr).toMatch(/^greet takes no value "nam".* Did you mean "name"\?\n/);
    expect(ran).toMatchObject({ code: 0, stdout: "Hello\n" });
  });
});

describe("wrong usage", () => {
  it.each([
    [["register", "bad/name", "-"]],
    [["register", "greet", "-", "--alias", "bad alias"]],
    [["register", "greet", "-", "--base-version", "1.5"]],
    [["promote", "greet", "bad alias"]],
    [["promote", "greet", "latest"]],
    [["promote", "greet", "staging", "--expected-version", "0.5"]],
    [["rollback", "greet", "bad alias"]],
    [["list", "--limit", "0"]],
    [["history", "greet", "--limit", "0"]],
    [["evaluate", "greet", "--dataset", "d", "--scorers", "safety"]],
    [["evaluate", "greet", "--dataset", "d", "--scorers", "safety", "--max-rows", "0"]],
  ])("ends %j with 2", async (argv) => {
    const { cli } = await greeted("Hi");

    expect(await cli(argv, "Hello")).toMatchObject({ code: 2, stdout: "" });
  });
});
