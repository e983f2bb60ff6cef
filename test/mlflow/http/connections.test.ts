import type { ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { eventually } from "../../support/eventually.ts";
import { failed } from "../failed.ts";
import { certificate, clientFor, type Stub, startStub } from "../stub.ts";
import { modelReply, routes } from "../wire-data.ts";

async function fiveInARow(registry: PromptRegistry): Promise<void> {
  for (let call = 0; call < 5; call++) await registry.getPrompt("x");
}

/** Answers later on kept connections, as MLflow does with more than one worker, or on fresh ones. */
function delayOn(stub: Stub, delayed: "kept" | "fresh"): void {
  const known = new WeakSet<object>();
  stub.on(routes.health, {
    raw: (response: ServerResponse) => {
      const { socket } = response.req;
      const kind = known.has(socket) ? "kept" : "fresh";
      known.add(socket);
      setTimeout(() => response.end("OK"), kind === delayed ? 60 : 0);
    },
  });
}

/** Makes a first call, and waits until the connections were measured. */
async function measured(stub: Stub, registry: PromptRegistry): Promise<void> {
  await registry.getPrompt("x");
  await eventually(() =>
    expect(stub.routes().filter((route) => route === routes.health)).toHaveLength(8),
  );
  // The last answer is on its way.
  const before = stub.arrived.length;
  await eventually(async () => {
    await registry.getPrompt("x");
    expect(stub.arrived.length).toBeGreaterThan(before + 3);
  });
}

/** What the last calls said of their connections. */
function lastConnections(stub: Stub, count: number) {
  return stub.arrived.slice(-count).map(({ headers }) => headers.connection);
}

describe("connections", () => {
  it("are not kept over plain http at first", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));

    await fiveInARow(clientFor(stub.url).registry());

    expect(stub.arrived.map(({ headers }) => headers.connection)).toEqual(Array(5).fill("close"));
    expect(stub.connections).toBe(5);
  });

  it("are not kept where answers on them are late", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    delayOn(stub, "kept");
    const registry = clientFor(stub.url, { measureConnectionsAfterMs: 0 }).registry();

    await measured(stub, registry);
    await fiveInARow(registry);

    expect(lastConnections(stub, 5)).toEqual(Array(5).fill("close"));
  });

  it("are kept for reads, and not for writes, where that was measured to be faster", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    stub.on(routes.tagModel, { json: {} });
    delayOn(stub, "fresh");
    const registry = clientFor(stub.url, { measureConnectionsAfterMs: 0 }).registry({
      credential: { kind: "bearer", token: "secret" },
    });

    await measured(stub, registry);
    const opened = stub.connections;
    await fiveInARow(registry);

    expect(lastConnections(stub, 5)).toEqual(Array(5).fill("keep-alive"));
    expect(stub.connections).toBeLessThanOrEqual(opened + 1);
    await registry.tagPrompt("x", { a: "b" });
    const write = stub.arrived.find(({ route }) => route === routes.tagModel);
    expect(write?.headers.connection).toBe("close");
    const asked = stub.arrived.filter(({ route }) => route === routes.health);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(Array(8).fill(undefined));
  });

  it("that the server closes cost a read nothing, and are not kept from then on", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    delayOn(stub, "fresh");
    const client = clientFor(stub.url, { measureConnectionsAfterMs: 0 });
    const registry = client.registry();
    await measured(stub, registry);
    // Measured once more, it would find them faster again.
    stub.on(routes.health, { raw: () => {} });

    stub.on(routes.getModel, { raw: ({ req }) => req.socket.destroy() }, modelReply("x"));
    await registry.getPrompt("x");
    await fiveInARow(registry);

    const calls = stub.arrived.filter(({ route }) => route === routes.getModel).slice(-7);
    expect(calls.map(({ headers }) => headers.connection)).toEqual([
      "keep-alive",
      ...Array(6).fill("close"),
    ]);
  });

  it("that break under a fresh read are no reason to ask again", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, { raw: ({ req }) => req.socket.destroy() });

    const error = await failed(clientFor(stub.url).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(stub.arrived).toHaveLength(1);
  });

  it("are kept over https, across views", async () => {
    const stub = await startStub({ tls: true });
    stub.on(routes.getModel, modelReply("x"));
    const client = clientFor(stub.url, { tls: { caPath: certificate("authority") } });

    await fiveInARow(client.registry());
    await fiveInARow(client.registry({ credential: { kind: "bearer", token: "t" } }));

    // A second one may be opened for a call that comes while the first is being freed.
    expect(stub.connections).toBeLessThanOrEqual(2);
  });

  it("are at most sixteen at a time; what is above waits", async () => {
    const stub = await startStub();
    const waiting: (() => void)[] = [];
    let most = 0;
    let now = 0;
    stub.on(routes.getModel, {
      raw: (response) => {
        most = Math.max(most, ++now);
        waiting.push(() => {
          now--;
          response.end(JSON.stringify(modelReply("x").json));
        });
        // Sixteen hang; from then on each that is answered lets the next one in.
        if (waiting.length === 16) waiting[0]?.();
        if (waiting.length > 16) waiting[waiting.length - 16]?.();
        if (waiting.length === 40) for (const answer of waiting.slice(-15)) answer();
      },
    });
    const registry = clientFor(stub.url).registry();

    await Promise.all(Array.from({ length: 40 }, () => registry.getPrompt("x")));

    expect(most).toBe(16);
  });

  it("may wait for one caller in any number, without a warning of a leak", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    const registry = clientFor(stub.url).registry();
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => {
      process.off("warning", warned);
    });

    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 30 }, () => registry.getPrompt("x", { signal })));

    expect(warnings).toEqual([]);
  });

  it("end with the client", async () => {
    const stub = await startStub();
    const client = clientFor(stub.url, { maxRetries: 3 });
    const arrived = new Promise<void>((resolve) => {
      stub.on(routes.getModel, { raw: () => resolve() });
    });

    const call = failed(client.registry().getPrompt("x"));
    await arrived;
    await client.close();

    expect((await call).kind).toBe("cancelled");
  });
});
