import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Credential } from "../../src/mlflow/client.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import {
  denied,
  missingModel,
  model,
  modelReply,
  refusal,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";

const page = "<!doctype html>\n<html><title>Sign in</title></html>";

/** The error of a search, and of a write, that are answered so. */
async function errorsOf(reply: Reply, credential?: Credential) {
  const stub = await startStub();
  stub.on(routes.searchModels, reply);
  stub.on(routes.createModel, reply);
  // Where the answer says nothing about the write, it is looked for.
  stub.on(routes.getModel, missingModel("x"));
  const registry = clientFor(stub.url).registry({ credential });
  const read = await failed(registry.searchPrompts({ limit: 10 }));
  const write = await failed(registry.createPrompt("x", {}));
  return { url: stub.url, read, write };
}

describe("an answer that leaves out what is empty", () => {
  it("is read as if it said so", async () => {
    const stub = await startStub();
    const { description: _, ...bare } = version("x", 2);
    const tags = [
      { key: "mlflow.prompt.is_prompt", value: "true" },
      { key: "empty", value: null },
    ];
    const found = { ...bare, description: null, tags, last_updated_timestamp: null };
    stub.on(routes.getVersion, { json: { model_version: found } });
    stub.on(routes.getModel, { json: { registered_model: { ...model("x"), tags } } });
    const registry = clientFor(stub.url).registry();

    const read = await registry.getVersion("x", { version: 2 });

    expect(read).toMatchObject({ commitMessage: "", tags: { empty: "" }, aliases: [] });
    expect(read.updatedAt).toBe(read.createdAt);
    expect(await registry.getPrompt("x")).toMatchObject({ description: "", aliases: {} });
  });
});

describe("a row of a list that cannot be read", () => {
  it("is named among the other prompts, and an error alone", async () => {
    const stub = await startStub();
    const wrong = { ...model("b"), creation_timestamp: "soon" };
    const latest = [{ ...version("c", 1), version: "one" }];
    const rows = [model("a"), wrong, model("c", { latest }), model("d")];
    stub.on(routes.searchModels, { json: { registered_models: rows } });
    stub.on(routes.getModel, { json: { registered_model: wrong } });
    const registry = clientFor(stub.url).registry();

    const { items } = await registry.searchPrompts({ limit: 10 });
    const together = await registry.getPrompts?.(["a", "b", "c", "d"]);

    expect(items).toMatchObject([
      { name: "a" },
      { name: "b", problem: expect.stringContaining("creation_timestamp") },
      { name: "c", problem: expect.stringContaining("latest_versions[0].version") },
      { name: "d" },
    ]);
    expect(items.map(({ problem }) => problem === undefined)).toEqual([true, false, false, true]);
    expect(together?.map(({ name }) => name)).toEqual(["a", "d"]);
    expect((await failed(registry.getPrompt("b"))).message).toContain("creation_timestamp");
  });

  it("is named among the other versions", async () => {
    const stub = await startStub();
    const wrong = { ...version("x", 2), tags: [{ key: "k", value: 7 }] };
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 3)] }));
    stub.on(routes.searchVersions, {
      json: { model_versions: [version("x", 3), wrong, version("x", 1)] },
    });

    const { items } = await clientFor(stub.url).registry().listVersions("x", { limit: 10 });

    expect(items).toMatchObject([
      { version: 3, template: { kind: "text" } },
      { version: 2, template: { kind: "unreadable", problem: expect.stringContaining("tags") } },
      { version: 1, template: { kind: "text" } },
    ]);
  });
});

describe("a text that is null", () => {
  it("is unreadable, and not an empty one", async () => {
    const stub = await startStub();
    const tags = [
      { key: "mlflow.prompt.is_prompt", value: "true" },
      { key: "mlflow.prompt.text", value: null },
      { key: "_mlflow_prompt_model_config", value: null },
    ];
    stub.on(routes.getVersion, { json: { model_version: { ...version("x", 2), tags } } });

    const read = await clientFor(stub.url).registry().getVersion("x", { version: 2 });

    expect(read.template).toMatchObject({ kind: "unreadable", text: "" });
    expect(read).not.toHaveProperty("modelConfig");
  });
});

describe("an answer about something else than was asked for", () => {
  const other = " instead of ";

  it.each<[string, string, Reply, (registry: PromptRegistry) => Promise<unknown>]>([
    ["prompt", routes.getModel, modelReply("y"), (one) => one.getPrompt("x")],
    [
      "prompt's version",
      routes.getModel,
      modelReply("x", { latest: [version("y", 1)] }),
      (one) => one.getVersion("x", "latest"),
    ],
    [
      "version",
      routes.getVersion,
      versionReply("x", 1),
      (one) => one.getVersion("x", { version: 2 }),
    ],
    ["name", routes.getVersion, versionReply("y", 2), (one) => one.getVersion("x", { version: 2 })],
    [
      "one of many versions",
      routes.getVersion,
      versionReply("y", 2),
      (one) => one.getVersions([{ name: "x", version: 2 }]),
    ],
    [
      "alias",
      routes.getAlias,
      versionReply("x", 1, { aliases: ["staging"] }),
      (one) => one.getVersion("x", { alias: "production" }),
    ],
    [
      "prompt's alias",
      routes.getAlias,
      versionReply("y", 1, { aliases: ["production"] }),
      (one) => one.getVersion("x", { firstOf: ["production"] }),
    ],
  ])("is refused: another %s", async (_, route, reply, ask) => {
    const stub = await startStub();
    stub.on(route, reply);

    const error = await failed(ask(clientFor(stub.url).registry()));

    expect(error).toMatchObject({ kind: "unavailable", subject: { prompt: "x" } });
    expect(error.message).toContain(other);
  });

  it("is left out of what was asked for together", async () => {
    const stub = await startStub();
    const rows = ["a", "b", "z"].map((name) => model(name));
    stub.on(routes.searchModels, { json: { registered_models: rows } });

    const prompts = await clientFor(stub.url).registry().getPrompts?.(["a", "b", "c"]);

    expect(prompts?.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("leaves open what became of a write, which is looked for", async () => {
    const stub = await startStub();
    stub.on(routes.createModel, modelReply("y"));
    stub.on(routes.getModel, missingModel("x"));

    const error = await failed(clientFor(stub.url).registry().createPrompt("x", {}));

    expect(error).toMatchObject({ kind: "unavailable", mayHaveChanged: true });
    expect(error.message).toContain('to create "x"');
  });
});

describe("an answer that is none of MLflow's", () => {
  it.each<[string, Reply, string]>([
    ["a page", { text: page, headers: { "content-type": "text/html" } }, "HTML page"],
    ["nothing", { text: "" }, "the body is empty"],
    ["half of it", { text: '{"registered_models": [' }, "incomplete or invalid JSON"],
    ["a list", { json: [] }, "JSON that is not an MLflow response"],
    ["null", { text: "null" }, "JSON that is not an MLflow response"],
    ["a text", { json: "OK" }, "JSON that is not an MLflow response"],
    ["another service's object", { json: { status: "ok" } }, "JSON that is not an MLflow response"],
    ["a wrong type", { json: { registered_models: "x" } }, "JSON that is not an MLflow response"],
    [
      "a prompt without a name",
      { json: { registered_models: [{ ...model("x"), name: undefined }] } },
      "JSON that is not an MLflow response",
    ],
  ])("is unavailable and no empty list: %s", async (_, reply, part) => {
    const { url, read, write } = await errorsOf(reply);

    for (const error of [read, write]) {
      expect(error.kind).toBe("unavailable");
      expect(error.message).toContain(url);
      expect(error.message).toContain("MLFLOW_TRACKING_URI");
    }
    expect(read.message).toContain(part);
    expect(read.message).toMatch(/^GET /);
    expect(write.message).toMatch(/^POST /);
    expect(write.message).toContain("MLflow was queried 3 times and did not have the change");
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["creation_timestamp", { creation_timestamp: undefined }],
    ["creation_timestamp", { creation_timestamp: -1 }],
    ["creation_timestamp", { creation_timestamp: 1.5 }],
    ["creation_timestamp", { creation_timestamp: true }],
    ["last_updated_timestamp", { last_updated_timestamp: "soon" }],
    ["description", { description: 7 }],
    ["tags", { tags: { key: "value" } }],
    ["tags", { tags: [null] }],
    ["tags", { tags: [{ value: "v" }] }],
    ["tags", { tags: [{ key: "k", value: 7 }] }],
    ["aliases", { aliases: [{ alias: "production" }] }],
  ])("is a prompt whose %s is of another kind: %j", async (field, wrong) => {
    const stub = await startStub();
    stub.on(routes.getModel, { json: { registered_model: { ...model("x"), ...wrong } } });

    const error = await failed(clientFor(stub.url).registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("JSON that is not an MLflow response");
    expect(error.message).toContain(`registered_model.${field}`);
  });

  it("is a redirect, which is shown without its query and not followed", async () => {
    const location = "https://sso.example.org/login?state=secret-9";
    const { read } = await errorsOf({ status: 302, headers: { location }, text: "" });

    expect(read.kind).toBe("unavailable");
    expect(read.message).toContain('(302) to "https://sso.example.org/login"');
    expect(read.message).toContain("sign-in page");
    expect(read.message).not.toContain("secret-9");
  });

  it("is a server without the REST API, perhaps under another path", async () => {
    const { read } = await errorsOf({ status: 404, text: page });
    const json = await errorsOf({ status: 404, json: { detail: "Not Found" } });

    for (const error of [read, json.read, json.write]) {
      expect(error.kind).toBe("unavailable");
      expect(error.message).toContain("--static-prefix");
    }
  });

  it("is a failure of the server, with its words in one line", async () => {
    const html = await errorsOf({ status: 500, text: page });
    const json = await errorsOf(refusal(500, "INTERNAL_ERROR", "boom\nsecond line"));

    expect(html.read.message).toContain("failed with status 500 and an HTML page");
    expect(json.write.message).toContain('status 500: INTERNAL_ERROR "boom"');
    expect(json.write.message).toContain("MLflow was queried 3 times and did not have the change");
    expect([html.read.kind, json.write.kind]).toEqual(["unavailable", "unavailable"]);
  });

  it("does not put a long filter into the message", async () => {
    const stub = await startStub();
    stub.on(routes.searchModels, { status: 500, text: "" });
    const search = { nameContains: "n".repeat(90), limit: 7 };

    const error = await failed(clientFor(stub.url).registry().searchPrompts(search));

    expect(error.message).toContain("max_results=7");
    expect(error.message).not.toContain("nnn");
  });
});

describe("a refusal", () => {
  it("of a credential says whether one was sent", async () => {
    const reply = { status: 401, text: page };

    const without = await errorsOf(reply);
    const wrong = await errorsOf(reply, { kind: "bearer", token: "secret-9" });
    const callers = await errorsOf(reply, { kind: "header", value: "Bearer secret-9" });

    expect([without.read.kind, wrong.write.kind]).toEqual(["unauthenticated", "unauthenticated"]);
    expect(without.read.message).toContain("none was sent");
    expect(without.read.message).toContain("MLFLOW_TRACKING_USERNAME");
    expect(wrong.read.message).toContain("does not accept the credential");
    expect(wrong.read.message).not.toContain("secret-9");
    expect(callers.read.kind).toBe("unauthenticated");
    expect(callers.read.message).toContain("Check the Authorization header you send");
    expect(callers.read.message).not.toMatch(/secret-9|MLFLOW_/);
  });

  it("of a user that there is no more is none of a prompt that there is not", async () => {
    const said = "User with username=ann not found";
    const { read, write } = await errorsOf(refusal(404, "RESOURCE_DOES_NOT_EXIST", said), {
      kind: "header",
      value: "Basic YW5uOnB3",
    });

    for (const error of [read, write]) {
      expect(error.kind).toBe("unauthenticated");
      expect(error.message).toContain(`does not accept the credential (${said})`);
    }
  });

  it.each<[string, Reply]>([
    ["a page", { text: page }],
    ["a redirect", { status: 302, headers: { location: "/login" }, text: "" }],
    ["no API", { status: 404, text: page }],
    ["half of it", { text: "{" }],
    ["another service's object", { json: { status: "ok" } }],
  ])("by %s does not tell who signs in from elsewhere to change settings", async (_, reply) => {
    const { read } = await errorsOf(reply, { kind: "header", value: "Bearer secret-9" });

    expect(read.message).toMatch(
      /[Aa]sk the operator of this server to (check|set) .*MLFLOW_TRACKING_URI/,
    );
    expect(read.message).not.toContain("MLFLOW_TRACKING_TOKEN");
  });

  it("for want of a permission repeats the server's reason, cut", async () => {
    const plain = await errorsOf(denied);
    const json = await errorsOf(refusal(403, "PERMISSION_DENIED", "x".repeat(1_000)));
    const html = await errorsOf({ status: 403, text: page });

    expect([plain.read, json.read, html.write].map(({ kind }) => kind)).toEqual(
      Array(3).fill("forbidden"),
    );
    expect(plain.read.message).toContain("Permission denied");
    expect(json.read.message).toContain(`${"x".repeat(297)}...`);
    expect(json.read.message).not.toContain("x".repeat(298));
    expect(html.write.message).not.toContain("<");
  });

  it("of a parameter is invalid input", async () => {
    const { read } = await errorsOf(refusal(400, "INVALID_PARAMETER_VALUE", "Bad name"));

    expect(read.kind).toBe("invalid");
    expect(read.message).toContain("Bad name.");
  });

  it("by the database does not repeat the SQL, which holds the template", async () => {
    const message =
      "(psycopg2.errors.StringDataRightTruncation) value too long for type character varying(256)\n\n[SQL: INSERT INTO x VALUES (%(name)s)]\n[parameters: {'value': 'secret-9'}]";
    const inOneLine = "(sqlite3.IntegrityError) NOT NULL failed [SQL: INSERT 'secret-9']";

    const several = await errorsOf(refusal(400, "BAD_REQUEST", message));
    const one = await errorsOf(refusal(400, "BAD_REQUEST", inOneLine));

    expect(several.write.kind).toBe("invalid");
    expect(several.write.message).toContain("value too long");
    for (const error of [several.write, one.write]) expect(error.message).not.toMatch(/SQL|secret/);
  });
});

describe("an answer that is unusual", () => {
  it("may leave out what is empty, write numbers as text, and know more than we do", async () => {
    const stub = await startStub();
    const bare = { name: "x", creation_timestamp: "1700000000000", novelty: { a: 1 } };
    const tags = [{ key: "mlflow.prompt.is_prompt", value: "true" }, { key: "empty" }];
    stub.on(routes.getModel, { json: { registered_model: { ...bare, tags }, extra: [] } });

    const prompt = await clientFor(stub.url).registry().getPrompt("x");

    expect(prompt).toEqual({
      name: "x",
      description: "",
      tags: { empty: "" },
      aliases: {},
      createdAt: 1_700_000_000_000,
      updatedAt: 1_700_000_000_000,
    });
  });

  it("may come in pieces that cut letters in two", async () => {
    const stub = await startStub();
    const description = "für 你 und 🦊";
    const text = JSON.stringify({ registered_model: { ...model("x"), description } });
    const raw = async (response: ServerResponse) => {
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.of(byte));
        // Until it has been read.
        await turn();
      }
      response.end();
    };
    stub.on(routes.getModel, { raw });

    expect(await clientFor(stub.url).registry().getPrompt("x")).toMatchObject({ description });
  });

  it("may hold tags and aliases with names that JavaScript objects have", async () => {
    const stub = await startStub();
    const latest = [version("x", 1)];
    const tags = { constructor: "a", toString: "b" };
    stub.on(routes.getModel, modelReply("x", { latest, aliases: { valueOf: 1 }, tags }));
    stub.on(routes.searchModels, { json: { registered_models: [model("x", { latest })] } });
    const registry = clientFor(stub.url).registry();

    expect(await registry.getPrompt("x")).toMatchObject({ tags, aliases: { valueOf: 1 } });
    expect(await registry.searchPrompts({ alias: "valueOf", limit: 1 })).toEqual({ items: [] });
  });
});
