import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installMlflow, mlflowRelease } from "../../src/dev/install.ts";
import { RegistryError } from "../../src/registry/errors.ts";
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

/** A machine with these tools alone, which write down how they are called and answer as the scripts say. */
function machineWith(scripts: Readonly<Record<string, string>>) {
  const { home, environment } = isolated();
  const tools = join(home, "tools");
  const calls = join(home, "calls");
  mkdirSync(tools);
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(tools, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> ${calls}\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const cache = join(home, "cache");
  const folder = join(cache, "mlflow-prompts-mcp", `mlflow-${mlflowRelease}`);
  const notes: string[] = [];
  const signal = new AbortController().signal;
  const note = (text: string) => void notes.push(text);
  const variables = { ...environment, PATH: tools, XDG_CACHE_HOME: cache };
  return {
    folder,
    notes,
    install: () => installMlflow({ environment: variables, home, signal, note }),
    calls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : []),
  };
}

/** A shell script for python3 that makes an environment whose Python says `pip`. */
const venv = (pip: string) => `[ "$3" = --help ] && exit 0
for folder; do :; done
/bin/mkdir -p "$folder/bin"
/bin/cat > "$folder/bin/python" <<'PYTHON'
#!/bin/sh
echo "$*" > "$(/usr/bin/dirname "$0")/arguments"
${pip}
PYTHON
/bin/chmod +x "$folder/bin/python"`;

const failing = (...lines: readonly string[]) =>
  [...lines.map((line) => `echo "${line}" >&2`), "exit 1"].join("\n");

const wanted = `mlflow==${mlflowRelease}`;

describe("the installation of MLflow", () => {
  it("takes uv where it is there", async () => {
    const { install, calls, notes, folder } = machineWith({ uv: "", python3: "" });

    expect(await install()).toBe(join(folder, "bin"));

    expect(calls()).toEqual([
      "uv --version",
      `uv venv --quiet --clear --python >=3.10,<3.14 ${folder}`,
      `uv pip install --quiet --python ${folder}/bin/python ${wanted}`,
    ]);
    expect(notes).toEqual([
      `Installing MLflow ${mlflowRelease} in ${folder} with uv. This takes minutes, once.`,
    ]);
  });

  it("takes Python's own tools elsewhere", async () => {
    const { install, calls, notes, folder } = machineWith({ python3: venv("") });

    expect(await install()).toBe(join(folder, "bin"));

    expect(calls()).toEqual(["python3 -m venv --help", `python3 -m venv --clear ${folder}`]);
    expect(readFileSync(join(folder, "bin", "arguments"), "utf8")).toBe(
      `-m pip install --quiet --disable-pip-version-check ${wanted}\n`,
    );
    expect(notes).toEqual([expect.stringContaining(" with python3. ")]);
  });

  it.each([
    [
      "uv",
      { uv: `[ "$1" = pip ] || exit 0\n${failing("noise", "a", "b", "No solution found.")}` },
      "with uv: a b No solution found. Check the network",
    ],
    [
      "uv, which makes no environment",
      { uv: `[ "$1" = venv ] || exit 0\n${failing("No interpreter found.")}` },
      "with uv: No interpreter found. Check the network",
    ],
    [
      "Python, which makes no environment",
      { python3: `[ "$3" = --help ] && exit 0\n${failing("ensurepip is not available.")}` },
      "with python3: ensurepip is not available. Check the network",
    ],
    [
      "pip",
      { python3: venv(failing("No matching distribution found.")) },
      "with python3: No matching distribution found. Check the network",
    ],
  ])("says what %s said when it fails", async (_, scripts, said) => {
    const failed = machineWith(scripts).install();

    await expect(failed).rejects.toThrow(RegistryError);
    await expect(failed).rejects.toThrow(`MLflow ${mlflowRelease} could not be installed ${said}`);
  });

  it("is not repeated where it is complete, and is where it was interrupted", async () => {
    for (const [version, installs] of [
      [mlflowRelease, false],
      ["", true],
    ] as const) {
      const { install, calls, folder } = machineWith({ uv: "" });
      mkdirSync(join(folder, "bin"), { recursive: true });
      writeFileSync(join(folder, "bin", "mlflow"), "");
      writeFileSync(join(folder, "bin", "python"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });

      expect(await install()).toBe(join(folder, "bin"));
      expect(calls().some((call) => call.startsWith("uv pip"))).toBe(installs);
    }
  });
});
