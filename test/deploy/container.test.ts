import { execFile } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { beforeAll, describe, expect, it } from "vitest";
import { version } from "../../package.json";
import { freePort } from "../support/free-port.ts";
import { title } from "../support/mlflow-install.ts";
import { startCommand } from "../support/program.ts";
import { whenDone } from "../support/when-done.ts";
import { inContainer, volume } from "./support/container.ts";
import { type BuiltImage, buildImage, imagesAvailable } from "./support/image.ts";
import { ended } from "./support/run.ts";

const images = await imagesAvailable();
const identity = { name: "test", version: "1.0.0" };
const execute = promisify(execFile);

/** Paths of the files in a folder, and their bytes. */
function filesIn(folder: string): ReadonlyMap<string, number> {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = entries.map((path) => ({ path, about: lstatSync(join(folder, path)) }));
  return new Map(
    files.filter(({ about }) => !about.isDirectory()).map(({ path, about }) => [path, about.size]),
  );
}

const megabytesOf = (files: ReadonlyMap<string, number>) =>
  [...files.values()].reduce((sum, size) => sum + size, 0) / 1_000_000;

describe.skipIf(!images.ok)(title("the container image", images), () => {
  let image: BuiltImage;

  beforeAll(async () => {
    image = await buildImage({ VERSION: version, REVISION: "0123abc", CREATED: "2026-01-02" });
  }, 600_000);

  const programOf = () => [...image.config.Entrypoint, ...image.config.Cmd];

  it("runs the http command as a user without rights, and says what it is", () => {
    const { config } = image;

    expect(config.User).toBe("65532:65532");
    expect(programOf()).toEqual(["node", "/app/dist/main.js", "http"]);
    expect(Object.keys(config.ExposedPorts)).toEqual(["8080/tcp"]);
    expect(image.healthCheck).toEqual(["CMD", "node", "/app/health.mjs"]);
    expect(config.Labels).toMatchObject({
      "org.opencontainers.image.title": "mlflow-prompts-mcp",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.revision": "0123abc",
      "org.opencontainers.image.created": "2026-01-02",
      "org.opencontainers.image.licenses": "Apache-2.0",
    });
  });

  it("adds to its base the program and the SQLite driver of one platform alone", () => {
    const base = filesIn(image.baseFiles);
    const added = new Map([...filesIn(image.files)].filter(([path]) => !base.has(path)));
    const names = [...added.keys()];
    const modules = new Set(
      names.flatMap((path) => /^app\/node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ?? []),
    );

    expect([...modules].toSorted()).toEqual([
      `@libsql/linux-${process.arch}-gnu`,
      "@neon-rs/load",
      "detect-libc",
      "libsql",
    ]);
    expect(names.filter((path) => !/^app\/(dist|node_modules)\//.test(path)).toSorted()).toEqual([
      "app/LICENSE",
      "app/health.mjs",
      "app/package.json",
    ]);
    expect(megabytesOf(added)).toBeLessThan(16);
    process.stdout.write(
      `The image adds ${megabytesOf(added).toFixed(1)} MB to a base of ${megabytesOf(base).toFixed(1)} MB.\n`,
    );
  });

  it("does not start for other machines before somebody has said who may call", async () => {
    const { command, environment } = inContainer(image, programOf(), volume());
    const [file = "", ...args] = command;
    const refused = execute(file, args, { env: environment });

    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--auth forward"),
    });
  });

  it("serves prompts with a read-only root, is healthy while it does, and ends on SIGTERM", async () => {
    const data = volume();
    const variables = {
      MLFLOW_PROMPTS_PORT: String(await freePort()),
      MLFLOW_PROMPTS_AUTH: "none",
      MLFLOW_PROMPTS_ALLOW_UNAUTHENTICATED: "true",
    };
    const serving = inContainer(image, programOf(), data, variables);
    const check = inContainer(image, image.healthCheck.slice(1), data, variables);
    const ready = { ...check, command: [...check.command, "/readyz"] };
    const codeOf = async ({ command: [file = "", ...args] }: typeof check) =>
      (await ended(file, args, { env: check.environment })).code;
    expect(await codeOf(check)).toBe(1);

    const { child, url } = await startCommand(serving.command, serving.environment);
    const client = new Client(identity);
    const local = new URL(url);
    local.hostname = "127.0.0.1";
    await client.connect(new StreamableHTTPClientTransport(local));
    whenDone(() => client.close());

    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toContain("summarize");
    expect(await codeOf(check)).toBe(0);
    expect(await codeOf(ready)).toBe(0);
    const stored = readdirSync(join(data, "mlflow-prompts-mcp"));
    expect(stored).toEqual(["registry.db"]);
    await client.close();

    const end = once(child, "close");
    child.kill("SIGTERM");
    expect(await end).toEqual([0, null]);
    expect(await codeOf(check)).toBe(1);
  });

  it("serves a client that starts it over stdio", async () => {
    const stdio = [...image.config.Entrypoint, "stdio"];
    const { command, environment } = inContainer(image, stdio, volume());
    const [file = "", ...args] = command;
    const client = new Client(identity);
    const transport = { command: file, args, env: { ...environment }, stderr: "ignore" as const };
    await client.connect(new StdioClientTransport(transport));
    whenDone(() => client.close());

    const { prompts } = await client.listPrompts();

    expect(prompts.map(({ name }) => name)).toContain("summarize");
  });
});
