import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../src/cli/command-line.ts";
import { readEvaluateRequest } from "../../src/cli/evaluate-request.ts";
import { helpText } from "../../src/cli/help.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { settingSources } from "../../src/config/settings.ts";
import { parseCommand, runCommand } from "../support/command-line.ts";

/** What a command line asks of a command that does not serve. */
async function parse(argv: readonly string[]) {
  const commandLine = await parseCommandLine(argv);
  if (commandLine.command !== "other") throw new Error(`It is ${commandLine.command}.`);
  return parseCommand(commandLine.argv);
}

function readEvaluate(argv: readonly string[]) {
  const { args, options } = parseCommand(argv);
  return readEvaluateRequest(args, options);
}

describe("the command line", () => {
  it("serves over stdio when no command is given", async () => {
    expect(await parseCommandLine([])).toEqual({ command: "stdio", flags: {} });
  });

  it("takes flags before and after the command, as --flag value and --flag=value", async () => {
    const http = ["--read-only", "http", "--port", "9000", "--host=::1"];
    expect(await parseCommandLine(http)).toEqual({
      command: "http",
      flags: { readOnly: "true", port: "9000", host: "::1" },
    });
    const words = ["--audit-log", "a", "--no-ui", "add-to-dataset", "d", "f", "--serve=live"];
    expect(await parse(words)).toMatchObject({
      command: { name: "add-to-dataset" },
      args: ["d", "f"],
      flags: { auditLog: "a", ui: "false", serve: "live" },
    });
  });

  it("takes webhooks with an action and its flags", async () => {
    const flags = ["--webhook-url", "https://a/b", "--public-url=https://c"];
    expect(await parse(["webhooks", "install", ...flags])).toMatchObject({
      command: { name: "webhooks" },
      args: ["install"],
      flags: { webhookUrl: "https://a/b", publicUrl: "https://c" },
    });
  });

  it("takes evaluate with versions, its own flags and those of stdio", async () => {
    const flags = ["--dataset=questions", "--judge-model", "big", "--max-cost", "0.5", "--json"];
    const scorers = '["correctness", {"type": "length", "max": 200}]';
    const argv = [
      ...["evaluate", "qa@production", "qa/3", ...flags, "--repeats", "2"],
      ...["--scorers", scorers, "--models", "small,big"],
    ];

    expect(readEvaluate(argv)).toEqual({
      references: ["qa@production", "qa/3"],
      dataset: "questions",
      scorers: ["correctness", { type: "length", max: 200 }],
      judgeModel: "big",
      maxCost: 0.5,
      repeats: 2,
      gate: false,
    });
    expect(await parse(argv)).toMatchObject({ flags: { models: "small,big" }, json: "all" });
    expect(
      readEvaluate(["evaluate", "qa", "--dataset", "d", "--scorers", "correctness, safety"]),
    ).toMatchObject({ scorers: ["correctness", "safety"] });
  });

  it("takes add-to-dataset with a dataset, a file and the flags of stdio", async () => {
    const words = ["add-to-dataset", "questions", "rows.jsonl"];
    const { args, options, flags } = await parse([...words, "--prompt", "qa", "--audit-log", "a"]);
    expect([args, options.text("prompt"), flags]).toEqual([
      ["questions", "rows.jsonl"],
      "qa",
      { auditLog: "a" },
    ]);
  });

  it.each([
    [["--help"], ["--help"]],
    [["-h"], ["--help"]],
    [["--read-only", "--help"], ["--help"]],
    [
      ["http", "-h"],
      ["http", "--help"],
    ],
    [
      ["http", "now", "--help"],
      ["http", "--help"],
    ],
    [["--version"], ["--version"]],
    [["http", "-v"], ["--version"]],
  ])("answers %j with help or the version whatever else is said", async (argv, asked) => {
    expect(await parseCommandLine(argv)).toEqual({ command: "other", argv: asked });
  });

  it.each([
    [["serve"], 'Unknown command "serve": the commands are stdio, http, list, show,'],
    [["htpp"], 'Unknown command "htpp", did you mean http: the commands are stdio, http,'],
    [["help", "lst"], 'Unknown command "lst", did you mean list: the commands are'],
    [["lst", "--help"], 'Unknown command "lst", did you mean list: the commands are'],
    [["http", "now"], 'Unexpected argument "now" after http.'],
    [["--verbose"], "Unknown option '--verbose'. --help shows the flags."],
    [["http", "--prot", "1"], "Unknown option '--prot'. Did you mean --port? --help shows"],
    [["evaluate", "qa", "--scorer", "a"], "Unknown option '--scorer'. Did you mean --scorers?"],
    [["http", "--port"], "Option '--port <value>' argument missing"],
    [["webhooks", "status", "--webhook-url"], "Option '--webhook-url <URL>' argument missing"],
    [["--read-only=yes"], "Option '--read-only' does not take an argument"],
    [["--port", "1"], "--port belongs to the http command"],
    [["--webhook-url", "https://a"], "--webhook-url belongs to the webhooks command"],
    [["http", "--webhook-url", "https://a"], "--webhook-url belongs to the webhooks command"],
    [["webhooks", "status", "--port", "1"], "--port belongs to the http command"],
    [["webhooks", "status", "--read-only"], "--read-only belongs to the stdio command"],
    [["evaluate", "--dataset", "d"], "evaluate needs at least one version"],
    [["evaluate", "qa", "--dataset", "d", "--gate", "--port", "1"], "--port belongs to the http"],
    [["--gate"], "--gate belongs to the evaluate command: mlflow-prompts-mcp evaluate --gate"],
    [["http", "--scorers", "d"], "evaluate --scorers ..."],
    [["add-to-dataset", "questions"], "needs the name of a dataset and a file"],
    [["add-to-dataset", "a", "b", "c"], 'Unexpected argument "c" after add-to-dataset NAME FILE.'],
    [["add-to-dataset", "a", "b", "--port", "1"], "--port belongs to the http command"],
    [["--prompt=qa"], "--prompt belongs to the add-to-dataset command"],
    [["add-to-dataset", "a", "b", "--gate"], "--gate belongs to the evaluate command"],
    [["evaluate", "qa", "--prompt", "qa"], "--prompt belongs to the add-to-dataset command"],
    [["evaluate", "qa", "--json", "nmae"], '--json has no field "nmae": the fields are name, '],
    [["evaluate", "qa", "--output", "xml"], '--output is "xml": it must be table or json.'],
    [["evaluate", "qa", "--output", "table", "--json"], "--output table and --json exclude"],
    [["webhooks"], "webhooks needs one of install, remove and status."],
    [["webhooks", "install", "now"], 'Unexpected argument "now" after webhooks ACTION.'],
  ])("refuses %j in one sentence", async (argv, sentence) => {
    const refused = parse(argv);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(sentence);
  });

  it.each([
    [["evaluate", "qa"], "evaluate needs --dataset"],
    [["evaluate", "qa", "--dataset", "d"], "evaluate needs --scorers"],
    [["evaluate", "qa", "--dataset", "d", "--scorers", "[1"], "--scorers is no JSON list"],
    [["evaluate", "qa", "--dataset", "d", "--gate", "--max-rows", "few"], '--max-rows is "few"'],
  ])("refuses %j", (argv, sentence) => {
    expect(() => readEvaluate(argv)).toThrow(ConfigError);
    expect(() => readEvaluate(argv)).toThrow(sentence);
  });

  it.each([["help"], ["help", "help"], ["--help"]])(
    "explains the commands with %s %s",
    async (...argv) => {
      expect(await runCommand(argv, {})).toEqual({ code: 0, stdout: helpText(), stderr: "" });
    },
  );

  it("explains every flag and its variable", () => {
    for (const { flag, variable } of settingSources) {
      if (flag !== undefined) expect(helpText()).toContain(`--${flag}`);
      expect(helpText()).toContain(variable);
    }
  });

  it("takes no secret as a flag, which others could read in the list of processes", () => {
    const secret = settingSources.filter(({ variable }) => variable.endsWith("_SECRET"));
    expect(secret.map(({ name, flag }) => [name, flag])).toEqual([
      ["auditSecret", undefined],
      ["oauthClientSecret", undefined],
      ["webhookSecret", undefined],
    ]);
  });
});
