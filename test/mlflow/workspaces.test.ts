import { describe, expect, it, onTestFinished, vi } from "vitest";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { denied, modelReply, refusal, routes } from "./wire-data.ts";

const enabled: Reply = { json: { store_type: "SqlStore", workspaces_enabled: true } };
const disabled: Reply = { json: { store_type: "SqlStore", workspaces_enabled: false } };
const unknownEndpoint: Reply = { status: 404, text: "<!doctype html>" };
const found = modelReply("x");

describe("a view of a workspace", () => {
  it("asks once whether there are any, without the header, and then sends it", async () => {
    const stub = await startStub();
    stub.on(routes.info, enabled);
    stub.on(routes.getModel, found);
    const client = clientFor(stub.url);

    await Promise.all(
      ["red", "blue", "red"].map((workspace) => client.registry({ workspace }).getPrompt("x")),
    );
    await client.registry({ workspace: "red" }).getPrompt("x");

    const header = "x-mlflow-workspace";
    expect(stub.routes().filter((route) => route === routes.info)).toHaveLength(1);
    expect(stub.arrived[0]?.headers).not.toHaveProperty(header);
    const sent = stub.arrived.slice(1).map(({ headers }) => headers[header]);
    expect(sent.toSorted()).toEqual(["blue", "red", "red", "red"]);
  });

  it.each([
    ["has none", disabled],
    ["does not know of any", unknownEndpoint],
  ])("is refused by a server that %s", async (_, reply) => {
    const stub = await startStub();
    stub.on(routes.info, reply);
    const registry = clientFor(stub.url).registry({ workspace: "red" });

    const error = await failed(registry.getPrompt("x"));

    expect(error.kind).toBe("invalid");
    expect(error.subject).toEqual({ workspace: "red" });
    expect(error.message).toContain('The workspace "red" is asked for');
    expect(error.message).toContain("--enable-workspaces");
    expect((await failed(registry.describe())).kind).toBe("invalid");
    expect(new Set(stub.routes())).toEqual(new Set([routes.info]));
  });

  it("asks again after the question failed", async () => {
    const stub = await startStub();
    stub.on(routes.info, { status: 500, text: "" }, enabled);
    stub.on(routes.getModel, found);
    const registry = clientFor(stub.url).registry({ workspace: "red" });

    const error = await failed(registry.getPrompt("x"));
    const prompt = await registry.getPrompt("x");

    expect(error.kind).toBe("unavailable");
    expect(prompt.name).toBe("x");
  });

  it("is not failed by another caller's credential", async () => {
    const stub = await startStub();
    stub.on(routes.info, ({ headers }) =>
      headers.authorization === "Bearer right" ? enabled : { status: 401, text: "" },
    );
    stub.on(routes.getModel, found);
    const client = clientFor(stub.url);
    const view = (token: string) =>
      client.registry({ workspace: "red", credential: { kind: "bearer", token } });

    const [wrong, right] = await Promise.all([
      failed(view("wrong").getPrompt("x")),
      view("right").getPrompt("x"),
    ]);

    expect(wrong.kind).toBe("unauthenticated");
    expect(right.name).toBe("x");
  });

  it("keeps no credential in clear while it asks", async () => {
    const stub = await startStub();
    stub.on(routes.info, enabled);
    stub.on(routes.getModel, found);
    const keyed = vi.spyOn(Map.prototype, "set");
    onTestFinished(() => keyed.mockRestore());
    const credential = { kind: "header", value: "Bearer secret-9" } as const;

    await clientFor(stub.url).registry({ workspace: "red", credential }).getPrompt("x");

    const keys = keyed.mock.calls.map(([key]) => String(key));
    expect(keys).toContainEqual(expect.stringMatching(/^[\w-]{43}$/));
    expect(keys.filter((key) => key.includes("secret-9"))).toEqual([]);
  });

  it("may be waited for by one caller in any number, without a warning of a leak", async () => {
    const stub = await startStub();
    stub.on(routes.info, enabled);
    stub.on(routes.getModel, found);
    const warned = vi.fn();
    process.on("warning", warned);
    onTestFinished(() => {
      process.off("warning", warned);
    });
    const registry = clientFor(stub.url).registry({ workspace: "red" });
    const { signal } = new AbortController();

    await Promise.all(Array.from({ length: 30 }, () => registry.getPrompt("x", { signal })));

    expect(warned).not.toHaveBeenCalled();
  });

  it("is not failed by another caller who goes away", async () => {
    const stub = await startStub();
    const impatient = new AbortController();
    stub.on(routes.info, {
      raw: (response) => {
        impatient.abort();
        response.end(JSON.stringify(enabled.json));
      },
    });
    stub.on(routes.getModel, found);
    const registry = clientFor(stub.url).registry({ workspace: "red" });

    const [gone, patient] = await Promise.all([
      failed(registry.getPrompt("x", { signal: impatient.signal })),
      registry.getPrompt("x", { signal: new AbortController().signal }),
    ]);

    expect(gone.kind).toBe("cancelled");
    expect(patient.name).toBe("x");
    expect(stub.routes()).toEqual([routes.info, routes.getModel]);
  });

  it("says that there is no such workspace", async () => {
    const stub = await startStub();
    const message = "Workspace 'red' not found";
    stub.on(routes.info, enabled);
    stub.on(routes.getModel, refusal(404, "RESOURCE_DOES_NOT_EXIST", message));
    const registry = clientFor(stub.url).registry({ workspace: "red" });

    const error = await failed(registry.getPrompt("x"));

    expect(error.kind).toBe("not_found");
    expect(error.subject).toEqual({ workspace: "red" });
    expect(error.message).toContain('no workspace named "red"');
    expect(error.message).toMatch(/URL's path .* X-MLFLOW-WORKSPACE .* MLFLOW_WORKSPACE/);
  });

  it("notices that the server has lost its workspaces", async () => {
    const stub = await startStub();
    stub.on(routes.info, enabled, disabled);
    stub.on(routes.getModel, refusal(500, "FEATURE_DISABLED", "Workspaces are not enabled"));
    const registry = clientFor(stub.url).registry({ workspace: "red" });

    for (const _ of [1, 2]) expect((await failed(registry.getPrompt("x"))).kind).toBe("invalid");

    expect(stub.routes()).toEqual([routes.info, routes.getModel, routes.info]);
  });

  it.each(["", " ", "a b", "red\r\nx-injected: 1", "é", "Red", "-red", "a/b", "x".repeat(64)])(
    "must have a name that MLflow allows: %j",
    async (workspace) => {
      const stub = await startStub();

      const error = await failed(clientFor(stub.url).registry({ workspace }).getPrompt("x"));

      expect(error.kind).toBe("invalid");
      expect(error.subject).toEqual({ workspace });
      expect(error.message).toContain("no workspace name");
      expect(error.message).toMatch(/URL's path .* X-MLFLOW-WORKSPACE .* MLFLOW_WORKSPACE/);
    },
  );
});

describe("a view without a workspace", () => {
  it("asks nothing beforehand and sends no header", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, found);

    await clientFor(stub.url).registry().getPrompt("x");

    expect(stub.routes()).toEqual([routes.getModel]);
    expect(stub.arrived[0]?.headers).not.toHaveProperty("x-mlflow-workspace");
  });
});

describe("the description", () => {
  it("tells the release, the place and the workspace", async () => {
    const stub = await startStub();
    stub.on(routes.info, enabled);
    stub.on(routes.release, { text: "3.17.2" });
    const client = clientFor(stub.url);

    expect(await client.registry().describe()).toEqual({
      backend: "mlflow",
      location: stub.url,
      release: "3.17.2",
      capabilities: { workspaces: true, atomicWrites: false },
    });
    expect(await client.registry({ workspace: "red" }).describe()).toEqual({
      backend: "mlflow",
      location: stub.url,
      release: "3.17.2",
      workspace: "red",
      capabilities: { workspaces: true, atomicWrites: false },
    });
  });

  it.each<[string, Reply]>([
    ["it is forbidden", denied],
    ["there is a page instead", { text: "<html>" }],
  ])("leaves the release out when %s", async (_, reply) => {
    const stub = await startStub();
    stub.on(routes.info, unknownEndpoint);
    stub.on(routes.release, reply);

    expect(await clientFor(stub.url).registry().describe()).toEqual({
      backend: "mlflow",
      location: stub.url,
      capabilities: { workspaces: false, atomicWrites: false },
    });
  });

  it("fails where the release is for users alone", async () => {
    const stub = await startStub();
    stub.on(routes.info, unknownEndpoint);
    stub.on(routes.release, { status: 401, text: "You are not authenticated." });

    const refusal = await failed(clientFor(stub.url).registry().describe());

    expect(refusal.kind).toBe("unauthenticated");
  });

  it("fails where a sign-in page answers for the server", async () => {
    const stub = await startStub();
    stub.on(routes.info, { text: "<html>" });
    stub.on(routes.release, { text: "<html>" });

    expect((await failed(clientFor(stub.url).registry().describe())).kind).toBe("unavailable");
  });
});
