import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isolated, program, runProgram } from "../support/program.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The program in a folder of its own, with the packages that an installation has. */
function installation(home: string) {
  cpSync(dirname(program), join(home, "dist"), { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
  for (const name of ["libsql", "@neon-rs", "@libsql", "detect-libc"]) {
    cpSync(join(modules, name), join(home, "node_modules", name), { recursive: true });
  }
  return { main: join(home, "dist", "main.js"), drivers: join(home, "node_modules", "@libsql") };
}

describe("a SQLite driver that does not load", () => {
  it("is said to be missing, with how to install it", async () => {
    const { home, environment } = isolated();
    const { main, drivers } = installation(home);
    rmSync(drivers, { recursive: true });

    const { code, stderr } = await runProgram(main, ["http", "--port", "0"], environment);

    expect(code).toBe(6);
    expect(stderr).toMatch(
      /could not be loaded .*: Cannot find module '@libsql\/[\w-]+'\. Reinstall/,
    );
  });

  it("is explained with the reason of the system's loader", async () => {
    const { home, environment } = isolated();
    const { main, drivers } = installation(home);
    for (const name of readdirSync(drivers)) {
      rmSync(join(drivers, name, "index.node"));
      writeFileSync(join(drivers, name, "index.node"), "cut");
    }

    const { code, stderr } = await runProgram(main, ["http", "--port", "0"], environment);

    expect(code).toBe(6);
    expect(stderr).toMatch(/index\.node: file too short\. It is installed: /);
    expect(stderr).not.toContain("Reinstall");
  });
});
