import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { UpstreamExchange } from "../../src/mlflow/client.ts";
import { failed } from "./failed.ts";
import { clientFor, startStub } from "./stub.ts";
import { missingModel, modelReply, routes } from "./wire-data.ts";

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  server = undefined;
});

/** Listens and lets `serve` do with a connection what it wants. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const port = await listen(() => {});
  server?.close();
  return port;
}

const changed = "The change may have been made";
const looked = "MLflow was queried 3 times and did not have the change";

describe("a server that cannot be reached", () => {
  it("is named, with the reason and what to do", async () => {
    const url = `http://127.0.0.1:${await closedPort()}/mlflow`;

    const error = await failed(clientFor(url).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toBe(
      `MLflow at ${url} cannot be reached: the connection was refused. Check that MLFLOW_TRACKING_URI is correct and that the server is running.`,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("is given up after the time a connection may take, and not tried again", async () => {
    const port = await listen(() => {}); // It accepts and never speaks TLS.
    const url = `https://127.0.0.1:${port}`;
    const client = clientFor(url, { connectTimeoutMs: 100, maxRetries: 3 });

    const error = await failed(client.registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("no connection within 100 ms");
    expect(sockets).toHaveLength(1);
  });

  it("may have a host name that does not exist", async () => {
    const error = await failed(clientFor("http://mlflow.invalid").registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("http://mlflow.invalid cannot be reached: its host name");
  });

  it("is no reason to doubt that nothing was written", async () => {
    const registry = clientFor(`http://127.0.0.1:${await closedPort()}`).registry();

    const error = await failed(registry.createPrompt("x", {}));

    expect(error.message).not.toContain(changed);
  });
});

describe("a server that takes no connection", () => {
  it("keeps callers no longer than one connection may take, however many they are", async () => {
    const port = await listen(() => {}); // It accepts and never speaks TLS.
    const outcomes: UpstreamExchange["outcome"][] = [];
    const client = clientFor(`https://127.0.0.1:${port}`, {
      connectTimeoutMs: 100,
      observe: ({ outcome }) => outcomes.push(outcome),
    });

    const calls = Array.from({ length: 40 }, () => failed(client.registry().getPrompt("x")));
    const errors = await Promise.all(calls);

    expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
    expect(outcomes.toSorted()).toEqual([
      ...Array(16).fill("no_answer"),
      ...Array(24).fill("rejected"),
    ]);
  });
});

describe("a connection that breaks", () => {
  it("before the answer", async () => {
    const stub = await startStub();
    stub.on(routes.createModel, { raw: (response) => response.destroy() });
    stub.on(routes.getModel, missingModel("x"));

    const error = await failed(clientFor(stub.url).registry().createPrompt("x", {}));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("POST");
    expect(error.message).toContain("the connection broke");
    expect(error.message).toContain(looked);
  });

  it.each([
    ["of known length", { "content-length": "1000" }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("within an answer %s", async (_, headers) => {
    const stub = await startStub();
    stub.on(routes.getModel, {
      raw: (response) => {
        response.writeHead(200, headers);
        response.write('{"registered_model": ', () => response.destroy());
      },
    });

    const error = await failed(clientFor(stub.url).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("before the response was complete");
    expect(error.message).not.toContain(changed);
  });
});

describe("a server that speaks something else", () => {
  it.each(["http", "https"])("is no MLflow at an %s URL", async (scheme) => {
    const port = await listen((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));

    const error = await failed(
      clientFor(`${scheme}://127.0.0.1:${port}`).registry().getPrompt("x"),
    );

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain(`${scheme}://127.0.0.1:${port}`);
    expect(error.message).toContain("MLFLOW_TRACKING_URI");
  });
});

describe("time limits", () => {
  const limited = { requestTimeoutMs: 150, maxRetries: 3 };

  it("hold for an answer that never begins", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, { raw: () => {} });

    const error = await failed(clientFor(stub.url, limited).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("was not answered within 150 ms");
    expect(error.message).toContain("MLFLOW_HTTP_REQUEST_TIMEOUT");
    expect(stub.arrived).toHaveLength(1);
  });

  it("hold for an answer that never ends", async () => {
    const stub = await startStub();
    stub.on(routes.createModel, {
      raw: (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write("{");
      },
    });
    stub.on(routes.getModel, missingModel("x"));

    const error = await failed(clientFor(stub.url, limited).registry().createPrompt("x", {}));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("150 ms");
    expect(error.message).toContain(looked);
  });
});

describe("a caller who goes away", () => {
  it("ends the request", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      stub.on(routes.getModel, {
        raw: (response) => {
          response.on("close", resolve);
          caller.abort();
        },
      });
    });
    const client = clientFor(stub.url, { maxRetries: 3 });

    const error = await failed(client.registry().getPrompt("x", { signal: caller.signal }));

    expect(error.kind).toBe("cancelled");
    await closed;
    expect(stub.arrived).toHaveLength(1);
  });

  it("ends the request at once while its connection is being made", async () => {
    const caller = new AbortController();
    let accept = () => {};
    const accepted = new Promise<void>((resolve) => {
      accept = resolve;
    });
    const port = await listen(() => accept()); // It accepts and never speaks TLS.
    const client = clientFor(`https://127.0.0.1:${port}`, { connectTimeoutMs: 20_000 });

    const call = failed(client.registry().getPrompt("x", { signal: caller.signal }));
    await accepted;
    caller.abort();

    expect((await call).kind).toBe("cancelled");
  });

  it("sends nothing when already gone", async () => {
    const stub = await startStub();
    const signal = AbortSignal.abort();
    const registry = clientFor(stub.url).registry();
    const bound = clientFor(stub.url).registry({ workspace: "red" });

    expect((await failed(registry.getPrompt("x", { signal }))).kind).toBe("cancelled");
    expect((await failed(registry.createPrompt("x", {}, { signal }))).kind).toBe("cancelled");
    expect((await failed(bound.getPrompt("x", { signal }))).kind).toBe("cancelled");

    expect(stub.arrived).toEqual([]);
  });

  it("may do so while a request waits to be tried again", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    stub.on(routes.getModel, {
      status: 503,
      headers: { "retry-after": "3" },
      raw: (response) => {
        response.writeHead(503, { "retry-after": "3" }).end("busy", () => caller.abort());
      },
    });
    const client = clientFor(stub.url, { maxRetries: 3 });

    const error = await failed(client.registry().getPrompt("x", { signal: caller.signal }));

    expect(error.kind).toBe("cancelled");
  });

  it("may do so while all connections are taken", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    const taken = new Promise<void>((resolve) => {
      stub.on(routes.getModel, { raw: () => stub.arrived.length === 16 && resolve() });
    });
    const client = clientFor(stub.url);
    const others = Array.from({ length: 16 }, () => failed(client.registry().getPrompt("x")));
    await taken;

    const call = failed(client.registry().getPrompt("x", { signal: caller.signal }));
    caller.abort();

    expect((await call).kind).toBe("cancelled");
    expect(stub.arrived).toHaveLength(16);
    await client.close();
    await Promise.all(others);
  });

  it("leaves nothing behind on a signal that lives on", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners++;
      add(...parameters);
    };
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners--;
      remove(...parameters);
    };

    await clientFor(stub.url).registry().getPrompt("x", { signal });

    expect(listeners).toBe(0);
  });
});
