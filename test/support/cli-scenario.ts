import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runCommand } from "./command-line.ts";

/** An environment with a registry that has no prompts, and a folder for files. */
export interface CliRegistry {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** As `migrate --to` takes it. */
  readonly address: string;
}

/**
 * Registers, shows, promotes, compares and rolls back a prompt from the command line, as a person
 * would, and checks what each command prints. The same on every back end.
 */
export async function workWithPrompt({ environment, folder }: CliRegistry): Promise<void> {
  const cli = (...argv: string[]) => runCommand(argv, environment);
  const file = join(folder, "greet.txt");
  const data = async (...argv: string[]) => {
    const { code, stdout, stderr } = await cli(...argv);
    expect([argv, code, stderr.includes("mlflow-prompts-mcp:")]).toEqual([argv, 0, false]);
    return stdout;
  };

  writeFileSync(file, "Hello {{ name }}\r\n\u001b[31m");
  await data("register", "greet", file, "--message", "First", "--tag", "team=a=b");
  expect(await data("show", "greet", "--raw")).toBe("Hello {{ name }}\r\n\u001b[31m");
  expect(await data("render", "greet/1", "name=Ada=Bo")).toBe("Hello Ada=Bo\r\n\u001b[31m");

  await data("promote", "greet/1", "production");
  writeFileSync(file, "Hello {{ name }}, {{ mood }}\n");
  await data("register", "greet", file, "--base-version", "1", "--message", "Second");
  expect(await data("list", "--alias", "production")).toMatch(/^greet\t2\tproduction=1\t/);
  expect(await data("list", "--json", "name,aliases")).toBe(
    `${JSON.stringify([{ name: "greet", aliases: { production: 1 } }], undefined, 2)}\n`,
  );
  expect(await data("history", "greet")).toMatch(/^2\t\t.*\tSecond\n1\tproduction\t.*\tFirst\n$/);
  expect(await data("diff", "greet@production", "greet")).toContain(
    "+Hello {{ name }}, {{ mood }}",
  );

  const refused = await cli("promote", "greet", "production");
  expect(refused).toMatchObject({ code: 5, stdout: "" });
  expect(refused.stderr).toContain("--allow-breaking");
  expect(await cli("promote", "greet", "production", "--dry-run")).toMatchObject({ code: 5 });
  await data("promote", "greet", "production", "--allow-breaking", "--reason", "Asked for");
  expect(await data("rollback", "greet", "production", "--dry-run", "--json", "version")).toBe(
    '{\n  "version": 1\n}\n',
  );
  await data("rollback", "greet", "production");
  expect(JSON.parse(await data("show", "greet@production", "--json"))).toMatchObject({
    version: 1,
    commit_message: "First",
    tags: { team: "a=b" },
  });

  const messages = join(folder, "chat.json");
  writeFileSync(messages, '[{"role": "user", "content": "Say {{ word }}"}]');
  await data("register", "chat", messages);
  const values = join(folder, "values.json");
  writeFileSync(values, '{"word": "no"}');
  expect(JSON.parse(await data("render", "chat", "word=yes", "--arguments", values))).toEqual([
    { role: "user", content: "Say yes" },
  ]);
  const missing = await cli("show", "gret");
  expect(missing).toMatchObject({ code: 1, stdout: "" });
  expect(missing.stderr).toContain('Closest name: "greet".');
}
