import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../src/cli/command-line.ts";
import { helpText } from "../../src/cli/help.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { settingSources } from "../../src/config/settings.ts";

describe("the command line", () => {
  it("serves over stdio when no command is given", () => {
    expect(parseCommandLine([])).toEqual({ command: "stdio", flags: {} });
  });

  it("takes flags before and after the command, as --flag value and --flag=value", () => {
    expect(parseCommandLine(["--read-only", "http", "--port", "9000", "--host=::1"])).toEqual({
      command: "http",
      flags: { readOnly: "true", port: "9000", host: "::1" },
    });
  });

  it.each(["install", "remove", "status"])("takes webhooks %s with its flags", (action) => {
    const flags = ["--webhook-url", "https://a/b", "--public-url=https://c"];
    expect(parseCommandLine(["webhooks", action, ...flags])).toEqual({
      command: "webhooks",
      action,
      flags: { webhookUrl: "https://a/b", publicUrl: "https://c" },
    });
  });

  it.each([["--help"], ["-h"]])("answers %s with help whatever else is said", (flag) => {
    expect(parseCommandLine(["http", flag]).command).toBe("help");
  });

  it.each([["--version"], ["-v"]])("answers %s with the version", (flag) => {
    expect(parseCommandLine([flag]).command).toBe("version");
  });

  it.each([
    [["serve"], 'Unknown command "serve": the commands are stdio, http and webhooks.'],
    [["http", "now"], 'Unexpected argument "now" after http.'],
    [["--verbose"], "Unknown option '--verbose'"],
    [["http", "--port"], "Option '--port <value>' argument missing"],
    [["--read-only=yes"], "Option '--read-only' does not take an argument"],
    [["--port", "1"], "--port belongs to the http command"],
    [["--webhook-url", "https://a"], "--webhook-url belongs to the webhooks command"],
    [["http", "--webhook-url", "https://a"], "--webhook-url belongs to the webhooks command"],
    [["webhooks", "status", "--port", "1"], "--port belongs to the http command"],
    [["webhooks", "status", "--read-only"], "--read-only belongs to the stdio command"],
    [["webhooks"], "webhooks needs one of install, remove and status."],
    [["webhooks", "list"], 'needs one of install, remove and status, not "list".'],
    [["webhooks", "install", "now"], 'Unexpected argument "now" after webhooks install.'],
  ])("refuses %j in one sentence", (argv, sentence) => {
    expect(() => parseCommandLine(argv)).toThrow(ConfigError);
    expect(() => parseCommandLine(argv)).toThrow(sentence);
  });

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
