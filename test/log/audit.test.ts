import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../src/config/errors.ts";
import { maxLineBytes, openAudit } from "../../src/log/audit.ts";
import { isolated } from "../support/program.ts";

function logged() {
  const lines: object[] = [];
  const log = {
    info: vi.fn((message: string, details?: object) => lines.push({ message, ...details })),
    error: vi.fn(),
  };
  return { lines, log };
}

describe("the audit", () => {
  it("goes to the log where no file is named", () => {
    const { lines, log } = logged();

    openAudit(undefined, log).record({ who: "ann" }, { operation: "set_alias", outcome: "ok" });

    expect(lines).toEqual([
      { message: "audit", workspace: "default", who: "ann", operation: "set_alias", outcome: "ok" },
    ]);
  });

  it("is appended to a file that its owner alone may read", () => {
    const path = join(isolated().home, "audit.log");
    const { lines, log } = logged();
    for (const who of ["ann", "bob"]) {
      const audit = openAudit(path, log);
      audit.record({ who, workspace: "red" }, { operation: "delete_prompt", outcome: "ok" });
      audit.close();
    }

    const written = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(written.map((line) => JSON.parse(line))).toEqual(
      ["ann", "bob"].map((who) => ({
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        workspace: "red",
        who,
        operation: "delete_prompt",
        outcome: "ok",
      })),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(lines).toEqual([]);
  });

  it.each([
    ["plain", "x"],
    ["what JSON escapes", "\u0001"],
    ["several bytes each", "😀"],
  ])("has lines of at most 4 KB, whatever callers send: %s", (_, letter) => {
    const path = join(isolated().home, "audit.log");
    const text = letter.repeat(1_500_000);
    const tags = Array.from({ length: 1_000 }, (_, index) => `${index}${text.slice(0, 1_000)}`);
    const audit = openAudit(path, logged().log);

    audit.record(
      { workspace: text, who: text, user: text, address: text },
      {
        ...{ operation: text, outcome: text, reason: text, prompt: text, alias: text },
        ...{ client: text, request: text, tags, version: 1, previousVersion: null },
        ...{ allowBreaking: true, status: 403, times: 7 },
      },
    );

    const line = readFileSync(path);
    expect(line.length).toBeLessThanOrEqual(maxLineBytes);
    expect(line.length).toBeGreaterThan(500);
    expect(JSON.parse(line.toString())).toMatchObject({ previousVersion: null, times: 7 });
  });

  it("does not start with a file that cannot be opened, and names the setting", () => {
    const { home } = isolated();

    const opening = () => openAudit(home, logged().log);

    expect(opening).toThrow(ConfigError);
    expect(opening).toThrow(/audit log .* cannot be opened: .*--audit-log/);
  });

  it("reports in the log what cannot be written", () => {
    const { log } = logged();
    // A device on which every write fails as on a full disk.
    const audit = openAudit("/dev/full", log);

    audit.record({ who: "ann" }, { operation: "set_alias", outcome: "ok" });

    expect(log.error).toHaveBeenCalledExactlyOnceWith("audit", {
      error: expect.stringMatching(/^The audit log \/dev\/full cannot be written: ENOSPC/),
    });
  });
});
