import { describe, expect, it } from "vitest";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import type { VersionDraft } from "../../src/registry/types.ts";
import { failed } from "./failed.ts";
import { clientFor, startStub } from "./stub.ts";
import {
  denied,
  missingModel,
  missingVersion,
  modelReply,
  refusal,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";

const taken = refusal(400, "RESOURCE_ALREADY_EXISTS", "Prompt (name=x) already exists.");
const draft: VersionDraft = {
  template: { kind: "text", text: "Hello {{ name }}" },
  commitMessage: "First",
  tags: { team: "red" },
};
const done = { json: {} };

describe("creating a prompt", () => {
  it("is one request", async () => {
    const stub = await startStub();
    stub.on(routes.createModel, modelReply("x", { description: "D", tags: { a: "b" } }));

    const details = { description: "D", tags: { a: "b" } };
    const prompt = await clientFor(stub.url).registry().createPrompt("x", details);

    expect(prompt).toMatchObject({ name: "x", description: "D", tags: { a: "b" }, aliases: {} });
    expect(stub.arrived.map(({ body }) => body)).toEqual([
      {
        name: "x",
        description: "D",
        tags: [
          { key: "a", value: "b" },
          { key: "mlflow.prompt.is_prompt", value: "true" },
        ],
      },
    ]);
    expect(stub.arrived[0]?.headers["content-type"]).toBe("application/json");
  });

  it.each([
    ["a prompt", modelReply("x"), "A prompt named"],
    ["a model", modelReply("x", { prompt: false }), "not a prompt"],
    ["what may not be seen", denied, "A prompt named"],
  ])("fails when the name is that of %s", async (_, holder, part) => {
    const stub = await startStub();
    stub.on(routes.createModel, taken);
    stub.on(routes.getModel, holder);

    const error = await failed(clientFor(stub.url).registry().createPrompt("x", {}));

    expect(error.kind).toBe("already_exists");
    expect(error.message).toContain(part);
  });
});

describe("registering a version", () => {
  it("of a new prompt creates the prompt and then the version", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"));
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, versionReply("x", 1, { text: "Hello {{ name }}" }));

    const registered = await clientFor(stub.url).registry().registerVersion("x", draft);

    expect(registered).toMatchObject({ createdPrompt: true, version: { name: "x", version: 1 } });
    expect(stub.routes()).toEqual([routes.getModel, routes.createModel, routes.createVersion]);
    expect(stub.arrived[1]?.body).toEqual({
      name: "x",
      description: "First",
      tags: [
        { key: "team", value: "red" },
        { key: "mlflow.prompt.is_prompt", value: "true" },
      ],
    });
    expect(stub.arrived[2]?.body).toMatchObject({
      name: "x",
      source: "prompt-template",
      description: "First",
      tags: expect.arrayContaining([{ key: "mlflow.prompt.text", value: "Hello {{ name }}" }]),
    });
  });

  it("of an existing prompt takes two requests", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("it's x"));
    stub.on(routes.createVersion, versionReply("it's x", 5));

    const registered = await clientFor(stub.url).registry().registerVersion("it's x", draft);

    expect(registered).toMatchObject({ createdPrompt: false, version: { version: 5 } });
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion]);
  });

  it("goes on when another caller creates the prompt at the same moment", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), modelReply("x"));
    stub.on(routes.createModel, taken);
    stub.on(routes.createVersion, versionReply("x", 2));

    const registered = await clientFor(stub.url).registry().registerVersion("x", draft);

    expect(registered).toMatchObject({ createdPrompt: false, version: { version: 2 } });
  });

  it("never adds to a model that is no prompt", async () => {
    const stub = await startStub();
    stub.on(
      routes.getModel,
      modelReply("x", { prompt: false }),
      missingModel("x"),
      modelReply("x", { prompt: false }),
    );
    stub.on(routes.createModel, taken);
    const registry = clientFor(stub.url).registry();

    for (const _ of ["there before", "created meanwhile"]) {
      expect((await failed(registry.registerVersion("x", draft))).kind).toBe("already_exists");
    }
  });

  it("creates a prompt where reading a missing one is forbidden, and fails where it exists", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, denied);
    stub.on(routes.createModel, modelReply("x"), taken);
    stub.on(routes.createVersion, versionReply("x", 1));
    const registry = clientFor(stub.url).registry();

    const created = await registry.registerVersion("x", draft);
    const error = await failed(registry.registerVersion("x", draft));

    expect(created.createdPrompt).toBe(true);
    expect(error.kind).toBe("forbidden");
  });

  it("deletes the new prompt when its first version is rejected", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), modelReply("x"));
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, refusal(400, "INVALID_PARAMETER_VALUE", "Too long"));
    stub.on(routes.deleteModel, done);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.message).toContain("Too long");
    expect(stub.routes().at(-1)).toBe(routes.deleteModel);
    expect(stub.arrived.at(-1)?.body).toEqual({ name: "x" });
  });

  it("deletes it although the caller has cancelled", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    stub.on(routes.getModel, missingModel("x"), modelReply("x"));
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, { raw: () => caller.abort() });
    stub.on(routes.deleteModel, done);
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, {}, { signal: caller.signal }));

    expect(error.kind).toBe("cancelled");
    expect(stub.routes().at(-1)).toBe(routes.deleteModel);
  });

  it("keeps a prompt that got a version meanwhile, or that cannot be read", async () => {
    const stub = await startStub();
    const lost = { status: 500, text: "" };
    const filled = modelReply("x", { latest: [version("x", 1)] });
    stub.on(routes.getModel, missingModel("x"), filled, missingModel("x"), lost);
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, lost);
    stub.on(routes.searchVersions, lost);
    const registry = clientFor(stub.url).registry();

    for (const _ of ["got one", "is out of sight"]) {
      expect((await failed(registry.registerVersion("x", draft))).kind).toBe("unavailable");
    }
  });

  it("sends nothing that is over a limit, and looks before it refuses a name", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("two words"));
    const registry = new CheckedRegistry(clientFor(stub.url).registry());
    const long = { ...draft, commitMessage: "x".repeat(5_001) };

    expect((await failed(registry.registerVersion("x", long))).kind).toBe("invalid");
    expect((await failed(registry.registerVersion("two words", draft))).kind).toBe("invalid");

    expect(stub.routes()).toEqual([routes.getModel]);
  });
});

describe("registering a version with an experiment", () => {
  const tag = (value: string) => ({ key: "_mlflow_experiment_ids", value });
  const experiment = { experimentId: "7" };

  it("of a new prompt takes no further request", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"));
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, versionReply("x", 1));

    await clientFor(stub.url).registry(experiment).registerVersion("x", draft);

    expect(stub.routes()).toEqual([routes.getModel, routes.createModel, routes.createVersion]);
    expect(stub.arrived[1]?.body).toMatchObject({ tags: expect.arrayContaining([tag(",7,")]) });
  });

  it.each([
    ["there already", ",3,7,", undefined],
    ["of another experiment", ",3, 77,", ",3,77,7,"],
    ["of none", undefined, ",7,"],
  ])("of a prompt that is %s sends only what changes", async (_, before, after) => {
    const stub = await startStub();
    const linked = before === undefined ? {} : { tags: { _mlflow_experiment_ids: before } };
    stub.on(routes.getModel, modelReply("x", linked));
    stub.on(routes.createVersion, versionReply("x", 2));
    stub.on(routes.tagModel, done);

    const registered = await clientFor(stub.url).registry(experiment).registerVersion("x", draft);

    expect(registered).not.toHaveProperty("unlinked");
    const sent = stub.arrived.filter(({ route }) => route === routes.tagModel);
    expect(sent.map(({ body }) => body)).toEqual(
      after === undefined ? [] : [{ name: "x", ...tag(after) }],
    );
  });

  it("says why the prompt is not on the experiment's page, when only that fails", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    stub.on(routes.createVersion, versionReply("x", 2));
    stub.on(routes.tagModel, denied);

    const registered = await clientFor(stub.url).registry(experiment).registerVersion("x", draft);

    expect(registered).toMatchObject({
      version: { version: 2 },
      unlinked: expect.stringContaining("MLflow"),
    });
  });
});

describe("setting an alias", () => {
  const raced = refusal(
    400,
    "BAD_REQUEST",
    "(sqlite3.IntegrityError) UNIQUE constraint failed: registered_model_aliases.name\n[SQL: x]",
  );

  it("reads the version first", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2));
    stub.on(routes.setAlias, done);

    await clientFor(stub.url).registry().setAlias("x", "production", 2);

    expect(stub.routes()).toEqual([routes.getVersion, routes.setAlias]);
    expect(stub.arrived[1]?.body).toEqual({ name: "x", alias: "production", version: "2" });
  });

  it("is tried again when it races with another first setting", async () => {
    const stub = await startStub();
    const inPostgres = refusal(400, "BAD_REQUEST", "(psycopg2.x) duplicate key value violates");
    stub.on(routes.getVersion, versionReply("x", 2));
    stub.on(routes.setAlias, raced, inPostgres, done);

    await clientFor(stub.url).registry().setAlias("x", "production", 2);

    expect(stub.routes().filter((route) => route === routes.setAlias)).toHaveLength(3);
  });

  it("is cancelled by the caller between two attempts", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    stub.on(routes.getVersion, versionReply("x", 2));
    stub.on(routes.setAlias, {
      raw: (response) => {
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify(raced.json), () => caller.abort());
      },
    });
    const registry = clientFor(stub.url).registry();

    const error = await failed(
      registry.setAlias("x", "production", 2, {}, { signal: caller.signal }),
    );

    expect(error.kind).toBe("cancelled");
    expect(stub.routes()).toEqual([routes.getVersion, routes.setAlias]);
  });

  it("fails after a limited number of retries", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2));
    stub.on(routes.setAlias, raced);

    const error = await failed(clientFor(stub.url).registry().setAlias("x", "production", 2));

    expect(error.kind).toBe("conflict");
    expect(error.message).not.toContain("SQL");
  });

  it("needs a live version, also at the moment of the write", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2), missingVersion("x", 2));
    stub.on(routes.setAlias, missingVersion("x", 2));
    stub.on(routes.getModel, modelReply("x"));
    const registry = clientFor(stub.url).registry();

    for (const _ of ["gone meanwhile", "gone before"]) {
      const error = await failed(registry.setAlias("x", "production", 2));
      expect(error.message).toContain("no version 2");
    }
  });
});

describe("deleting an alias", () => {
  it("checks first that it exists, because MLflow reports success for any alias", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { aliases: { old: 1 } }));
    stub.on(routes.deleteAlias, done);
    const registry = clientFor(stub.url).registry();

    // Its version was deleted, so it is shown nowhere; it can still be tidied away.
    await registry.deleteAlias("x", "old");
    const error = await failed(registry.deleteAlias("x", "other"));

    expect(error.message).toContain('no alias "other"');
    expect(stub.routes()).toEqual([routes.getModel, routes.deleteAlias, routes.getModel]);
    expect(stub.arrived[1]?.body).toEqual({ name: "x", alias: "old" });
    expect(stub.arrived[1]?.query).toEqual({});
  });
});

describe("tagging", () => {
  const changes = { kept: "1", gone: null, never: null, "": "x" };
  const { "": _, ...fine } = changes;

  it("a prompt checks that it is a prompt, and sends only changes", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { tags: { gone: "1" } }));
    stub.on(routes.tagModel, done);
    stub.on(routes.untagModel, done);

    await clientFor(stub.url).registry().tagPrompt("x", fine);

    expect(stub.routes()).toEqual([routes.getModel, routes.tagModel, routes.untagModel]);
    expect(stub.arrived.slice(1).map(({ body }) => body)).toEqual([
      { name: "x", key: "kept", value: "1" },
      { name: "x", key: "gone" },
    ]);
  });

  it("a version checks that it is live, and sends only changes", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2, { tags: { gone: "1" } }));
    stub.on(routes.tagVersion, done);
    stub.on(routes.untagVersion, done);

    await clientFor(stub.url).registry().tagVersion("x", 2, fine);

    expect(stub.arrived.slice(1).map(({ body }) => body)).toEqual([
      { name: "x", version: "2", key: "kept", value: "1" },
      { name: "x", version: "2", key: "gone" },
    ]);
  });

  it("touches no model, no reserved tag and nothing with a wrong key", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { prompt: false }));
    const registry = new CheckedRegistry(clientFor(stub.url).registry());

    const reserved = { "mlflow.prompt.text": "x" };
    expect((await failed(registry.tagPrompt("x", fine))).kind).toBe("not_found");
    expect((await failed(registry.tagPrompt("x", changes))).kind).toBe("invalid");
    expect((await failed(registry.tagVersion("x", 1, reserved))).kind).toBe("invalid");

    expect(stub.routes()).toEqual([routes.getModel]);
  });
});

describe("deleting", () => {
  it("a version deletes its aliases first", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2, { aliases: ["a", "b"] }));
    stub.on(routes.deleteAlias, done);
    stub.on(routes.deleteVersion, done);

    await clientFor(stub.url).registry().deleteVersion("x", 2);

    expect(stub.arrived.slice(1).map(({ route, body }) => [route, body])).toEqual([
      [routes.deleteAlias, { name: "x", alias: "a" }],
      [routes.deleteAlias, { name: "x", alias: "b" }],
      [routes.deleteVersion, { name: "x", version: "2" }],
    ]);
  });

  it("a prompt checks that it is a prompt", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"), modelReply("x", { prompt: false }));
    stub.on(routes.deleteModel, done);
    const registry = clientFor(stub.url).registry();

    await registry.deletePrompt("x");
    const error = await failed(registry.deletePrompt("x"));

    expect(error.kind).toBe("not_found");
    expect(stub.routes()).toEqual([routes.getModel, routes.deleteModel, routes.getModel]);
  });
});
