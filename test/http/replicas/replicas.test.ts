import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createRedisConnection } from "../../../src/http/replicas/redis.ts";
import { connectReplicas, type ReplicaEvent } from "../../../src/http/replicas/replicas.ts";
import type { Log } from "../../../src/log/log.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { startCuttingProxy } from "../../support/cutting-proxy.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { title } from "../../support/mlflow-install.ts";
import { redisAvailable, startRedis } from "../../support/redis-server.ts";

const promoted: Change = { prompt: "greeting", version: 2, alias: "production", listed: false };
const anything: Change = { listed: true };

/** A replica that is left when the test is done, with all that happened to it. */
function join(url: string, registry = "http://mlflow.test") {
  const heard: [string | undefined, Change][] = [];
  const events: ReplicaEvent[] = [];
  const logged: { readonly message: string; readonly error?: unknown }[] = [];
  const note = (message: string, details: object = {}) => {
    logged.push({ message, ...details });
  };
  const log: Log = { info: note, error: note };
  const onGap = vi.fn();
  const replicas = connectReplicas({
    url,
    registry,
    onChange: (workspace, change) => heard.push([workspace, change]),
    onGap,
    observe: (event) => events.push(event),
    log,
  });
  onTestFinished(() => replicas.close());
  return { replicas, heard, events, logged, onGap };
}

type Joined = ReturnType<typeof join>;

async function connected(...joined: Joined[]): Promise<void> {
  for (const { replicas } of joined) {
    await eventually(() => expect(replicas.problem).toBeUndefined());
  }
}

async function joinAll(url: string, count: number): Promise<Joined[]> {
  const joined = Array.from({ length: count }, () => join(url));
  await connected(...joined);
  return joined;
}

async function pair(url: string): Promise<[Joined, Joined]> {
  const [one, other] = await joinAll(url, 2);
  if (one === undefined || other === undefined) throw new Error("There are two.");
  return [one, other];
}

async function milliseconds(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

/** Waits for what needs no wait for anybody else: it is over before the shortest of timers. */
async function atOnce(work: Promise<unknown>): Promise<void> {
  const late = pause(1).then(() => "late");
  expect(await Promise.race([work.then(() => "at once"), late])).toBe("at once");
}

/** Somebody else who uses the same Redis. */
async function stranger(url: string) {
  const connection = createRedisConnection(url);
  connection.on("error", () => undefined);
  onTestFinished(() => connection.destroy());
  await connection.connect();
  return connection;
}

const redis = await redisAvailable();

describe.skipIf(!redis.ok)(title("replicas", redis), () => {
  it("have all taken a change in when it has been told, and its teller does not hear it", async () => {
    const { url } = await startRedis();
    const joined = await joinAll(url, 4);
    let takenIn = 0;

    for (let version = 1; version <= 100; version++) {
      for (const { replicas, events } of joined) {
        const workspace = version % 2 === 0 ? undefined : "red";
        const told = [workspace, { ...promoted, version }];
        await replicas.publish(workspace, { ...promoted, version });
        // Nothing is promised of one that took longer than the limit, as on a busy machine it may.
        if (events.at(-1) === "unacknowledged") continue;
        const others = joined.filter((one) => one.replicas !== replicas);
        expect(others.map(({ heard }) => heard.at(-1))).toEqual([told, told, told]);
        takenIn += 1;
      }
    }

    expect(takenIn).toBeGreaterThan(100);
    await eventually(() =>
      expect(joined.map(({ heard }) => heard.length)).toEqual([300, 300, 300, 300]),
    );
  });

  it("hear changes as they were told, many at once", async () => {
    const { url } = await startRedis();
    const [one, other] = await pair(url);
    const changes = Array.from({ length: 500 }, (_, index) => ({
      ...promoted,
      version: index + 1,
    }));

    await Promise.all(changes.map((change) => one.replicas.publish("red", change)));

    await eventually(() => expect(other.heard).toEqual(changes.map((change) => ["red", change])));
    expect(one.events.filter((event) => event !== "unacknowledged")).toEqual(
      changes.map(() => "sent"),
    );
    expect(other.events).toEqual(changes.map(() => "received"));
  });

  it("do not hear those of another registry, or of another database", async () => {
    const { url } = await startRedis();
    const [one, other] = await pair(url);
    const strangers = [join(url, "http://other.test"), join(`${url}/1`)];
    await connected(...strangers);

    for (const { replicas } of strangers) await replicas.publish("red", promoted);
    await one.replicas.publish("red", promoted);

    expect(other.heard).toEqual([["red", promoted]]);
    expect(strangers.map(({ heard }) => heard)).toEqual([[], []]);
    expect(one.events).toEqual(["sent"]);
  });

  it("wait a quarter of a second for one that says nothing", async () => {
    const { url } = await startRedis();
    const [one, other] = await pair(url);
    const silent = await stranger(url);
    for (const channel of await silent.pubSubChannels()) {
      await silent.subscribe(channel, () => undefined);
    }

    const took = await milliseconds(one.replicas.publish("red", promoted));

    expect(took).toBeGreaterThan(200);
    expect(other.heard).toEqual([["red", promoted]]);
    expect(one.events).toEqual(["sent", "unacknowledged"]);
    expect(one.replicas.problem).toBeUndefined();
  });

  it("ignore what no replica has written, and say so once", async () => {
    const { url } = await startRedis();
    const [one, other] = await pair(url);
    const strange = await stranger(url);
    const from = crypto.randomUUID();
    const messages = [
      "",
      "{",
      "null",
      "\u0000\uFFFD",
      JSON.stringify({ from: "../x", number: 1, change: promoted }),
      JSON.stringify({ from, number: 1, change: { ...promoted, version: "2" } }),
      JSON.stringify({ from, number: 1, workspace: 7, change: promoted }),
      JSON.stringify({ from, number: -1, change: promoted }),
      "9".repeat(1_000_000),
    ];
    for (const channel of await strange.pubSubChannels()) {
      for (const message of messages) await strange.publish(channel, message);
    }

    await one.replicas.publish("red", promoted);

    expect(other.heard).toEqual([["red", promoted]]);
    expect(other.logged.filter(({ error }) => error !== undefined)).toEqual([
      {
        message: "replicas",
        error: expect.stringContaining("no replica sent, arrived on the channel mlflow-"),
      },
    ]);
  });

  it("start without Redis, and find it when it comes", async () => {
    const server = await startRedis();
    await server.stop();
    const one = join(server.url);
    await eventually(() => expect(one.replicas.problem).toContain("ECONNREFUSED"));
    expect(one.replicas.problem).toContain(`Redis at ${server.place} cannot be used`);
    await atOnce(one.replicas.publish("red", promoted));

    await server.start();
    await connected(one);

    expect(one.onGap).toHaveBeenCalledTimes(1);
    expect(one.logged.map(({ message }) => message)).toEqual(["replicas", "replicas"]);
  });

  it("forget what they may have missed when Redis was away, and hear each other again", async () => {
    const server = await startRedis();
    const [one, other] = await pair(server.url);

    await server.stop();
    await eventually(() => expect(one.replicas.problem).toContain(server.place));
    await eventually(() => expect(other.replicas.problem).toContain(server.place));
    await server.start();
    await connected(one, other);
    await one.replicas.publish("red", promoted);

    expect(other.heard).toEqual([["red", promoted]]);
    expect([one, other].map(({ onGap }) => onGap.mock.calls.length)).toEqual([2, 2]);
  });

  it("that were cut off make up for what they could not tell", async () => {
    const { url } = await startRedis();
    const proxy = await startCuttingProxy(url);
    const lonely = join(proxy.url.replace("http:", "redis:"));
    const other = join(url);
    await connected(lonely, other);

    proxy.cut();
    await eventually(() => expect(lonely.replicas.problem).toBeDefined());
    for (const workspace of ["red", undefined, "red"]) {
      await lonely.replicas.publish(workspace, promoted);
    }
    expect(other.heard).toEqual([]);
    proxy.mend();
    await connected(lonely);

    await eventually(() =>
      expect(other.heard).toEqual([
        ["red", anything],
        [undefined, anything],
      ]),
    );
    expect(other.onGap).toHaveBeenCalledTimes(1);
  });

  it("wait for a Redis that hangs once, and lose nothing", async () => {
    const server = await startRedis();
    const [one, other] = await pair(server.url);

    server.pause();
    const first = await milliseconds(one.replicas.publish("red", promoted));
    const second = await milliseconds(one.replicas.publish("blue", promoted));
    expect(first).toBeGreaterThan(200);
    expect(second).toBeLessThan(first);
    expect(one.replicas.problem).toBe(`Redis at ${server.place} has not answered within 250 ms.`);
    server.resume();
    await connected(one);

    await eventually(() =>
      expect(other.heard).toEqual([
        ["red", promoted],
        ["blue", anything],
      ]),
    );
    expect(one.events).toEqual(["sent", "unacknowledged", "sent"]);
  });

  it("give a connection up on which Redis says nothing, and make another", async () => {
    const server = await startRedis();
    const [one, other] = await pair(server.url);

    server.pause();
    await eventually(() => expect(one.replicas.problem).toContain("cannot be used"));
    await one.replicas.publish("red", promoted);
    server.resume();
    await connected(one, other);

    await eventually(() => expect(other.heard).toEqual([["red", anything]]));
    await one.replicas.publish("red", promoted);
    expect(other.heard.at(-1)).toEqual(["red", promoted]);
  });

  it("name what is wrong with a password, and not the password", async () => {
    const server = await startRedis("--requirepass", "right-one");
    const url = (password: string) => server.url.replace("//", `//:${password}@`);
    const wrong = join(url("wr%40ng-one"));
    const missing = join(server.url);
    const right = join(url("right-one"));
    await connected(right);

    await eventually(() =>
      expect(wrong.replicas.problem).toMatch(
        /^Redis at 127\.0\.0\.1:\d+ cannot be used: WRONGPASS/,
      ),
    );
    await eventually(() => expect(missing.replicas.problem).toContain("NOAUTH"));
    expect(JSON.stringify([wrong.replicas.problem, wrong.logged])).not.toMatch(/wr(@|%40)ng/);
  });

  it("show no password that a Redis of before 6 says back", async () => {
    const old = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.end(
          "-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `open-sesame`, \r\n",
        );
      });
    });
    const port = await freePort();
    old.listen(port, "127.0.0.1");
    onTestFinished(() => void old.close());

    const one = join(`redis://:open-sesame@127.0.0.1:${port}`);

    await eventually(() => expect(one.replicas.problem).toMatch(/unknown command `HELLO`\.$/));
    expect(JSON.stringify(one.logged)).not.toContain("sesame");
  });

  it("need no more of Redis than their own channels", async () => {
    const user = "prompts on >secret resetchannels &mlflow-prompts:* +ping +subscribe +publish";
    const { url } = await startRedis("--user", ...user.split(" "), "--user", "default", "off");
    const [one, other] = await pair(url.replace("//", "//prompts:secret@"));

    await one.replicas.publish("red", promoted);

    expect(other.heard).toEqual([["red", promoted]]);
    expect(one.events).toEqual(["sent"]);
  });

  it.each(["is there", "is away", "hangs", "hangs from the start"])(
    "leave at once when Redis %s",
    async (how) => {
      const server = await startRedis();
      if (how === "hangs from the start") server.pause();
      const one = join(server.url);
      if (how !== "hangs from the start") await connected(one);
      if (how === "is away") {
        await server.stop();
        await eventually(() => expect(one.replicas.problem).toBeDefined());
      }
      if (how === "hangs") server.pause();
      const telling = one.replicas.publish("red", promoted);
      const logged = one.logged.length;

      one.replicas.close();

      await atOnce(telling);
      if (how === "is away") await server.start();
      server.resume();
      const watching = await stranger(server.url);
      await eventually(async () => expect(await watching.pubSubChannels()).toEqual([]));
      expect(one.logged).toHaveLength(logged);
    },
  );
});
