// Bundles one of this folder's programs (`kills`, `soak`, `evaluation-memory`) into a temporary folder and runs it there,
// on a copy of the built program: a build of dist/ during a run changes nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const [name, ...flags] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), `mlflow-prompts-${name}-`));

// The program ends by itself when it is interrupted, and ends its servers.
process.on("SIGINT", () => {});
try {
  symlinkSync(join(checkout, "node_modules"), join(work, "node_modules"));
  cpSync(join(checkout, "dist"), join(work, "dist"), { recursive: true });
  // As in the package: without it, Node reads each file twice to find out its module type.
  writeFileSync(join(work, "package.json"), JSON.stringify({ type: "module" }));
  const bundle = join(work, `${name}.mjs`);
  await build({
    entryPoints: [join(checkout, "reliability", `${name}.ts`)],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["libsql"],
    banner: { js: "const require = process.getBuiltinModule;" },
  });
  const child = spawn(process.execPath, [bundle, ...flags], { cwd: checkout, stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
