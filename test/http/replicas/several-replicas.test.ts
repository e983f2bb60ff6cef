import { describe, expect, it } from "vitest";
import { makeMlflowFile, newPath } from "../../embedded/support.ts";
import { upgradeToWorkspaces } from "../../embedded/upgrade.ts";
import { eventually } from "../../support/eventually.ts";
import {
  metric,
  postModern,
  type RunningService,
  startService,
} from "../../support/http-service.ts";
import { listeningClients } from "../../support/listening-clients.ts";
import { title } from "../../support/mlflow-install.ts";
import { type RedisServer, redisAvailable, startRedis } from "../../support/redis-server.ts";
import { registerNext } from "../../support/register-next.ts";

/** A file with the workspaces red and blue. */
function newRegistry(): string {
  const path = newPath();
  makeMlflowFile(path);
  upgradeToWorkspaces(path, ["red", "blue"]);
  return `sqlite:///${path}`;
}

function startReplica({ url }: RedisServer, registry: string): Promise<RunningService> {
  return startService({ MLFLOW_PROMPTS_REDIS_URL: url, MLFLOW_TRACKING_URI: registry });
}

async function startPair(redis: RedisServer, registry = newRegistry()) {
  const one = await startReplica(redis, registry);
  const other = await startReplica(redis, registry);
  await connected(one.url, other.url);
  return { one, other };
}

async function connected(...urls: string[]): Promise<void> {
  for (const url of urls) {
    await eventually(async () => expect(await isConnected(url)).toBe(1));
  }
}

function isConnected(url: string): Promise<number> {
  return metric(url, "mlflow_prompts_replicas_connected");
}

/** How often something happened; NaN when it never has. */
function counted(url: string, event: string): Promise<number> {
  return metric(url, `mlflow_prompts_replica_changes_total{event="${event}"}`);
}

async function readyz(url: string) {
  const response = await fetch(new URL("/readyz", url));
  return { status: response.status, text: await response.text() };
}

async function register(url: string, name: string): Promise<void> {
  const registered = await registerNext(
    (args) => postModern(url, "tools/call", { name: "register_prompt", arguments: args }),
    { name, template: `Hello {{ who }}, ${crypto.randomUUID()}` },
  );
  expect(registered.message?.result).toMatchObject({ structuredContent: { name } });
}

const redis = await redisAvailable();

describe.skipIf(!redis.ok)(title("several replicas", redis), () => {
  it.each(Object.entries(listeningClients))(
    "tell their clients what was written through another, in its workspace only, in %s",
    async (_, listen) => {
      const { one, other } = await startPair(await startRedis());
      await register(`${one.url}/red`, "greeting");
      await register(`${one.url}/blue`, "greeting");
      const uri = "prompts:/greeting";
      const red = await listen(`${other.url}/red`, {}, [uri]);
      const blue = await listen(`${other.url}/blue`, {}, [uri]);

      // What came across would be there before the last that its own workspace tells.
      for (let round = 0; round < 3; round++) await register(`${one.url}/red`, "greeting");
      await register(`${one.url}/blue`, "greeting");
      await register(`${one.url}/red`, "farewell");

      await eventually(() => {
        expect(blue).toEqual(["prompts", uri]);
        expect(new Set(red)).toEqual(new Set(["prompts", uri, "resources"]));
      });
    },
  );

  it("count what they tell each other", async () => {
    const { one, other } = await startPair(await startRedis());

    for (let round = 0; round < 3; round++) await register(`${one.url}/red`, "greeting");

    await eventually(async () => expect(await counted(other.url, "received")).toBe(3));
    expect(await counted(one.url, "sent")).toBe(3);
    expect(await counted(one.url, "received")).toBeNaN();
    expect(await readyz(one.url)).toEqual({ status: 200, text: "The registry can be reached.\n" });
  });

  it("of different registries say nothing to each other, whatever workspaces they have", async () => {
    const server = await startRedis();
    const one = await startReplica(server, newRegistry());
    const { one: witness, other } = await startPair(server);

    await register(`${one.url}/red`, "greeting");
    await register(`${witness.url}/red`, "greeting");

    await eventually(async () => expect(await counted(other.url, "received")).toBe(1));
    expect(await counted(one.url, "received")).toBeNaN();
  });

  it("go on without Redis, say so, and tell each other again when it is back", async () => {
    const server = await startRedis();
    const { one, other } = await startPair(server);
    const listen = listeningClients["2026-07-28"];
    const heard = await listen(`${other.url}/red`, {}, []);

    await server.stop();
    await eventually(async () => expect(await isConnected(one.url)).toBe(0));
    await register(`${one.url}/red`, "greeting");
    expect(await readyz(one.url)).toEqual({
      status: 200,
      text: "The registry can be reached.\nReplicas do not receive each other's changes: see the log.\n",
    });
    expect(heard).toEqual([]);
    await server.start();
    await connected(one.url, other.url);
    const received = (await counted(other.url, "received")) || 0;
    await register(`${one.url}/red`, "farewell");

    await eventually(async () =>
      expect(await counted(other.url, "received")).toBeGreaterThan(received),
    );
    await eventually(() => expect(heard).toContain("resources"));
    expect((await readyz(one.url)).text).toBe("The registry can be reached.\n");
  });

  it("answer writes while Redis hangs, the first a little later", async () => {
    const server = await startRedis();
    const { one } = await startPair(server);

    server.pause();
    const started = performance.now();
    await register(`${one.url}/red`, "greeting");
    await register(`${one.url}/red`, "greeting");

    const took = performance.now() - started;
    expect(took).toBeGreaterThan(245);
    expect(await counted(one.url, "unacknowledged")).toBe(1);
    expect((await readyz(one.url)).text).toContain("see the log");
    expect(JSON.stringify(one.logged)).toContain("has not answered within 250 ms");
  });

  it("start without Redis, and stop without it", async () => {
    const server = await startRedis();
    await server.stop();
    const one = await startReplica(server, newRegistry());

    await register(`${one.url}/red`, "greeting");
    await eventually(() => expect(JSON.stringify(one.logged)).toContain("ECONNREFUSED"));
    expect((await readyz(one.url)).text).toContain("see the log");

    await one.close();
  });
});

it("a single replica says nothing of others", async () => {
  const { url } = await startService();

  expect(await readyz(url)).toEqual({ status: 200, text: "The registry can be reached.\n" });
  expect(await isConnected(url)).toBeNaN();
});
