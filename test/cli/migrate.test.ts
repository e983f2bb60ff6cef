import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

async function twoFiles() {
  const { home, environment } = isolated();
  const address = (name: string) => `sqlite:///${join(home, name)}`;
  const cli = (...argv: string[]) => runCommand(argv, environment);
  const on = (name: string, argv: readonly string[], input: string) =>
    runCommand(argv, { ...environment, MLFLOW_TRACKING_URI: address(name) }, { input });
  const registered = await on("from.db", ["register", "greet", "-"], "Hello {{ name }}");
  expect(registered.code, registered.stderr).toBe(0);
  const addresses = ["--from", address("from.db"), "--to", address("to.db")];
  const migrate = (...more: string[]) => cli("migrate", ...addresses, ...more);
  return { home, address, cli, on, migrate };
}

it("migrate carries a file over, and writes nothing the second time", async () => {
  const { home, migrate } = await twoFiles();

  const dry = await migrate("--dry-run");
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining("1 prompt to create") });
  expect(existsSync(join(home, "to.db"))).toBe(false);
  expect(await migrate()).toMatchObject({
    code: 0,
    stdout:
      "1 prompt created, 0 completed, 0 unchanged, 0 in conflict, 0 failed; 1 version and no aliases.\n",
  });
  const again = await migrate("--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ created: 0, unchanged: 1, versions: 0 });
});

it("migrate reports a conflict with exit code 5, and leaves the target as it is", async () => {
  const { on, migrate } = await twoFiles();
  await on("to.db", ["register", "greet", "-"], "Good day");

  const { code, stdout } = await migrate();

  expect(code).toBe(5);
  expect(stdout).toContain("greet: conflict: Version 1 has another content or commit message.\n");
  expect((await on("to.db", ["show", "greet"], "")).stdout).toContain("Good day");
});

it.each([
  { argv: ["--from", "sqlite:///a.db"], says: "migrate needs --to REGISTRY" },
  { argv: ["--to", "sqlite:///a.db"], says: "migrate needs --from REGISTRY" },
  {
    argv: ["--from", "sqlite:////absent/a.db", "--to", "sqlite:///b.db"],
    says: "there is no file /absent/a.db",
  },
  {
    argv: ["--from", "http://ada:secret@mlflow", "--to", "sqlite:///b.db"],
    says: "MLFLOW_PROMPTS_FROM_PASSWORD",
  },
  {
    argv: ["--from", "http://mlflow?workspce=a", "--to", "sqlite:///b.db"],
    says: "workspace=NAME alone",
  },
])("migrate refuses $argv", async ({ argv, says }) => {
  const { environment } = isolated();

  const { code, stderr } = await runCommand(["migrate", ...argv], environment);

  expect(code).toBe(2);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain("secret");
});

it("migrate changes nothing where the configuration is read-only", async () => {
  const { migrate } = await twoFiles();

  const refused = await migrate("--read-only");

  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("read-only") });
});
