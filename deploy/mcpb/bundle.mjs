// Makes the .mcpb bundle that Claude Desktop installs, for this platform: the SQLite driver in it is the
// one that npm installed here. `npm run bundle -- FILE` names the file.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const target = resolve(process.argv[2] ?? "mlflow-prompts-mcp.mcpb");
const folder = mkdtempSync(join(tmpdir(), "mcpb-"));
try {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "manifest.json"), "utf8"));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  manifest.version = version;
  manifest.compatibility.platforms = [process.platform];
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest, null, 2));
  for (const name of ["dist", "LICENSE", "package.json"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  for (const name of ["libsql", "@libsql", "@neon-rs", "detect-libc"]) {
    const modules = join("node_modules", name);
    // npm installs the driver of both C libraries on Linux; Claude Desktop is built for glibc.
    const filter = (path) => !/[/\\]@libsql[/\\][^/\\]+-musl/.test(path);
    cpSync(join(root, modules), join(folder, modules), { recursive: true, filter });
  }
  const mcpb = ["-y", "@anthropic-ai/mcpb@2.1.2"];
  const options = { stdio: "inherit", shell: process.platform === "win32" };
  execFileSync("npx", [...mcpb, "validate", join(folder, "manifest.json")], options);
  execFileSync("npx", [...mcpb, "pack", folder, target], options);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
