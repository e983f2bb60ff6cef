import { once } from "node:events";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated, program, startCommand } from "../../support/program.ts";

// dev uses an installation of that release which is in its cache folder, as the tests' is.
const mlflow = await mlflowAvailable("3.17.2");

const cache = process.env.MLFLOW_PROMPTS_TEST_CACHE
  ? join(process.env.MLFLOW_PROMPTS_TEST_CACHE, "..")
  : join(homedir(), ".cache");

async function dev(...args: string[]) {
  const { home, environment } = isolated({ XDG_CACHE_HOME: cache });
  const env = { ...environment, MLFLOW_TRACKING_URI: "http://another.invalid", TMPDIR: home };
  const started = await startCommand([process.execPath, program, "dev", ...args], env);
  const [, url = "", folder = ""] =
    /MLflow 3\.17\.2 at (\S+), its data in (.*)\.\n/.exec(started.output) ?? [];
  return { ...started, mlflow: url, folder, home };
}

async function promptsAt(url: string): Promise<readonly string[]> {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  const { prompts } = await client.listPrompts();
  return prompts.map(({ name }) => name).toSorted();
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

const samples = ["commit-message", "explain-error", "review-code", "summarize"];

describe.skipIf(!mlflow.ok)(title("dev", mlflow), () => {
  it("serves sample prompts of two workspaces, and ends with all that it started", async () => {
    const { url, child, mlflow: address, folder } = await dev();

    expect(await promptsAt(url)).toEqual(samples);
    expect(await promptsAt(`${url}/marketing`)).toEqual(samples);
    expect(await answers(address)).toBe(true);

    const closed = once(child, "close");
    child.kill("SIGTERM");
    await closed;
    expect(child.exitCode).toBe(0);
    await expect.poll(() => answers(address)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("keeps its data in a folder, and leaves no process when it is killed", async () => {
    const { home } = isolated();
    const folder = join(home, "kept");
    const first = await dev("--data", folder);
    expect(first.folder).toBe(folder);
    await fetch(`${first.mlflow}/api/2.0/mlflow/registered-models/delete`, {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "summarize" }),
    });

    first.child.kill("SIGKILL");
    await expect.poll(() => answers(first.mlflow), { timeout: 20_000 }).toBe(false);
    const second = await dev("--data", folder);

    expect(await promptsAt(second.url)).toEqual(samples.filter((name) => name !== "summarize"));
    expect(await promptsAt(`${second.url}/marketing`)).toEqual(samples);
  });
});
