import { describe, expect, it } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

describe("dev", () => {
  it("says what to install where there is neither uv nor Python", async () => {
    const { environment, home } = isolated({ XDG_CACHE_HOME: "/nowhere" });

    const { code, stderr } = await runCommand(["dev"], { ...environment, PATH: home });

    expect(code).toBe(6);
    expect(stderr).toContain("dev needs uv, or python3 with its module venv");
  });
});
