import { describe, expect, it, onTestFinished } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { failed } from "./failed.ts";
import { certificate, clientFor, startStub } from "./stub.ts";
import { modelReply, routes } from "./wire-data.ts";

async function fiveInARow(registry: PromptRegistry): Promise<void> {
  for (let call = 0; call < 5; call++) await registry.getPrompt("x");
}

describe("connections", () => {
  it("are not kept over plain http", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));

    await fiveInARow(clientFor(stub.url).registry());

    expect(stub.arrived.map(({ headers }) => headers.connection)).toEqual(Array(5).fill("close"));
    expect(stub.connections).toBe(5);
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
