// Builds what is measured and what measures it into a folder outside the checkout, then runs it.
// A build of the checkout's dist/ during a run thus changes nothing.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "mlflow-prompts-bench-"));
const entries = {
  program: "src/main.ts",
  "bare-sdk-stdio": "bench/bare-sdk-stdio.ts",
  "bare-sdk-http": "bench/bare-sdk-http.ts",
  relay: "bench/relay.ts",
  bench: "bench/main.ts",
};

// The bench ends by itself when it is interrupted, and ends its servers.
process.on("SIGINT", () => {});
try {
  symlinkSync(join(checkout, "node_modules"), join(work, "node_modules"));
  // As in the package: without it, Node reads each file twice to find out its module type.
  writeFileSync(join(work, "package.json"), JSON.stringify({ type: "module" }));
  for (const [name, entry] of Object.entries(entries)) build(name, entry);
  const bench = spawn(process.execPath, [built("bench"), ...process.argv.slice(2)], {
    cwd: checkout,
    stdio: "inherit",
  });
  const [code] = await once(bench, "exit");
  process.exitCode = code ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * build.mjs bundles the src/main.ts of the folder it runs in: in a folder where that is another
 * program, it builds that one with the very options of the shipped one. The SDK by itself is built
 * as it comes.
 */
function build(name, entry) {
  mkdirSync(join(work, name, "src", "server"), { recursive: true });
  symlinkSync(join(checkout, entry), join(work, name, "src", "main.ts"));
  const shims = name.startsWith("bare-sdk") ? "bench/sdk-shims.ts" : "src/server/sdk-shims.ts";
  symlinkSync(join(checkout, shims), join(work, name, "src", "server", "sdk-shims.ts"));
  // The list of what is bundled is made from these.
  for (const file of ["package.json", "package-lock.json", "node_modules"]) {
    symlinkSync(join(checkout, file), join(work, name, file));
  }
  const { status } = spawnSync(process.execPath, [join(checkout, "build.mjs")], {
    cwd: join(work, name),
    stdio: "inherit",
  });
  if (status !== 0 || !existsSync(built(name))) {
    throw new Error(`build.mjs did not build ${entry} as the src/main.ts of another folder.`);
  }
}

function built(name) {
  return join(work, name, "dist", "main.js");
}
