import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { MlflowClient } from "../../src/mlflow/client.ts";
import { eventually } from "../support/eventually.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { denied, model, modelReply, refusal, routes } from "./wire-data.ts";

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
    expect(error.message).toContain('Workspace "red" cannot be used');
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

  it("does not wait for a question that hangs when it was asked a while ago", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const stub = await startStub();
    stub.on(routes.info, { raw: () => {} }, enabled);
    stub.on(routes.getModel, found);
    const caller = new AbortController();
    const registry = clientFor(stub.url).registry({ workspace: "red" });
    const first = registry.getPrompt("x", { signal: caller.signal });
    await eventually(() => expect(stub.routes()).toEqual([routes.info]));

    vi.advanceTimersByTime(1_100);
    const prompt = await registry.getPrompt("x");
    caller.abort();

    expect(prompt.name).toBe("x");
    expect((await failed(first)).kind).toBe("cancelled");
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
      expect(error.message).toContain("not a valid workspace name");
      expect(error.message).toMatch(/URL's path .* X-MLFLOW-WORKSPACE .* MLFLOW_WORKSPACE/);
    },
  );
});

describe("a search that finds nothing in a workspace", () => {
  const credential = { kind: "header", value: "Bearer a" } as const;

  /** A server that shows these workspaces to the credential. */
  async function search(answer: Reply, view: Parameters<MlflowClient["registry"]>[0]) {
    const stub = await startStub();
    stub.on(routes.info, enabled);
    stub.on(routes.searchModels, { json: {} });
    stub.on(routes.workspaces, answer);
    const searching = clientFor(stub.url).registry(view).searchPrompts({ limit: 1 });
    return { stub, searching };
  }

  const showing = (...names: string[]): Reply => ({
    json: { workspaces: names.map((name) => ({ name })) },
  });

  it.each([
    ["others", showing("blue")],
    ["none", { json: {} }],
  ])("is forbidden to a credential that sees %s", async (_, answer) => {
    const { searching } = await search(answer, { workspace: "red", credential });

    const error = await failed(searching);

    expect(error.kind).toBe("forbidden");
    expect(error.subject).toEqual({ workspace: "red" });
    expect(error.message).toContain('no access to workspace "red"');
    expect(error.message).toMatch(/URL's path .* X-MLFLOW-WORKSPACE .* MLFLOW_WORKSPACE/);
  });

  it.each([
    ["sees it", showing("blue", "red")],
    ["is not told what it sees", denied],
    ["asks a server that does not tell", unknownEndpoint],
  ])("finds nothing for a credential that %s", async (_, answer) => {
    const { searching, stub } = await search(answer, { workspace: "red", credential });

    expect(await searching).toEqual({ items: [] });
    expect(stub.arrived.at(-1)?.headers.authorization).toBe("Bearer a");
  });

  it("finds nothing for a credential to which other prompts are shown without the workspace", async () => {
    const { stub } = await search(showing(), {});
    stub.on(routes.searchModels, { json: {} }, { json: { registered_models: [model("shared")] } });
    const registry = clientFor(stub.url).registry({ workspace: "red", credential });

    expect(await registry.searchPrompts({ nameContains: "x", limit: 9 })).toEqual({ items: [] });
  });

  it.each([{ nameContains: "x" }, { tags: { a: "b" } }, { alias: "production" }])(
    "is forbidden whatever is searched for: %j",
    async (conditions) => {
      const { stub } = await search(showing(), {});
      const registry = clientFor(stub.url).registry({ workspace: "red", credential });

      expect((await failed(registry.searchPrompts({ ...conditions, limit: 9 }))).kind).toBe(
        "forbidden",
      );
    },
  );

  it("fails with the question", async () => {
    const { searching } = await search({ status: 500, text: "" }, { workspace: "red", credential });

    expect((await failed(searching)).kind).toBe("unavailable");
  });

  it.each([
    ["without a credential", { workspace: "red" }],
    ["without a workspace", { credential }],
  ])("is asked about no further %s", async (_, view) => {
    const { searching, stub } = await search(showing(), view);

    expect(await searching).toEqual({ items: [] });
    expect(stub.routes()).not.toContain(routes.workspaces);
  });
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
    const visible = { workspaces: [{ name: "red" }, { name: "blue" }] };
    stub.on("GET /api/3.0/mlflow/workspaces", { json: visible });
    const client = clientFor(stub.url);

    expect(await client.registry().describe()).toEqual({
      backend: "mlflow",
      location: stub.url,
      release: "3.17.2",
      workspaces: ["blue", "red"],
      capabilities: { workspaces: true, atomicWrites: false },
    });
    expect(await client.registry({ workspace: "red" }).describe()).toEqual({
      backend: "mlflow",
      location: stub.url,
      release: "3.17.2",
      workspace: "red",
      workspaces: ["blue", "red"],
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
