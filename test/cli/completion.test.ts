import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { flagsOf } from "../../src/cli/command-flags.ts";
import { commands, servingCommands } from "../../src/cli/commands.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

async function script(shell: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(["completion", shell], {});
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** For each shell, lines after the script that print what it offers for the last word of a line. */
const asking: Readonly<Record<string, string>> = {
  bash: `COMP_WORDS=(mlflow-prompts-mcp "$@"); COMP_CWORD=$#
_mlflow_prompts_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // What completion has of zsh's editor is replaced: only that hides what does not fit the prefix.
  zsh: `words=(mlflow-prompts-mcp "$@"); CURRENT=$#words; PREFIX=$words[-1]
_describe() { print -l -- \${\${(M)\${(P)2}:#$PREFIX*}%%:*} }
compadd() { shift; print -l -- \${(M)@:#$PREFIX*} }
_files() { print -l -- }
_mlflow_prompts_mcp`,
  fish: `complete -C (string join " " -- mlflow-prompts-mcp $argv)`,
};

/** Before the script: what a shell with its completion system on has. */
const before: Readonly<Record<string, string>> = { zsh: "compdef() { : }\n" };

async function offered(shell: string, ...words: string[]): Promise<readonly string[]> {
  const source = `${before[shell] ?? ""}${await script(shell)}\n${asking[shell]}`;
  const named = shell === "fish" ? ["--", ...words] : [shell, ...words];
  const { environment: env } = isolated();
  const answer = execFileSync(shell, ["-c", source, ...named], { encoding: "utf8", env });
  // fish prints what an offer is for behind it.
  return answer.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

/** With CI set, a shell that is missing fails. */
const usable = (shell: string) =>
  process.env.CI !== undefined || spawnSync(shell, ["--version"]).error === undefined;

describe("completion", () => {
  describe.each(Object.keys(asking))("in %s", (shell) => {
    it.skipIf(!usable(shell))("completes commands and their flags", async () => {
      expect(await offered(shell, "pro")).toEqual(["promote"]);
      expect(await offered(shell, "")).toEqual(expect.arrayContaining(["http", "list"]));
      expect(await offered(shell, "promote", "--dr")).toEqual(["--dry-run"]);
      expect(await offered(shell, "promote", "qa", "--dr")).toEqual(["--dry-run"]);
      expect(await offered(shell, "http", "--por")).toEqual(["--port"]);
      expect(await offered(shell, "list", "--por")).toEqual([]);
    });

    it.skipIf(!usable(shell))("completes what a command takes", async () => {
      expect(await offered(shell, "connect", "curs")).toEqual(["cursor"]);
      expect(await offered(shell, "webhooks", "in")).toEqual(["install"]);
      expect(await offered(shell, "completion", "fi")).toEqual(["fish"]);
      expect(await offered(shell, "help", "webh")).toEqual(["webhooks"]);
      expect(await offered(shell, "hel")).toEqual(["help"]);
    });

    it.skipIf(!usable(shell))("finds the command behind flags", async () => {
      expect(await offered(shell, "--read-only", "webh")).toEqual(["webhooks"]);
      expect(await offered(shell, "--tools", "list", "webh")).toEqual(
        // fish has no way to tell a value from a command.
        shell === "fish" ? [] : ["webhooks"],
      );
      expect(await offered(shell, "--read-only", "connect", "--proj")).toEqual(["--project"]);
      expect(await offered(shell, "--read-only", "connect", "curs")).toEqual(["cursor"]);
    });
  });

  it.each(["bash", "zsh", "fish", "powershell"])(
    "has all commands and flags for %s",
    async (shell) => {
      const text = await script(shell);

      for (const entry of [...servingCommands, ...commands]) {
        expect(text).toContain(entry.name);
        for (const flag of flagsOf(entry)) {
          expect(text).toContain(shell === "fish" ? `-l ${flag}\n` : `--${flag}`);
        }
      }
    },
  );

  it("refuses a shell that has none", async () => {
    const { code, stderr } = await runCommand(["completion", "tcsh"], {});

    expect(code).toBe(2);
    expect(stderr).toContain('one of bash, zsh, fish and powershell, not "tcsh"');
  });
});
