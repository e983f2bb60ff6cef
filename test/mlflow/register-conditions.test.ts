import { describe, expect, it } from "vitest";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import {
  denied,
  missingModel,
  modelReply,
  refusal,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";
import { breaks, done, draft, ownVersion, times } from "./write-steps.ts";

const newest = modelReply("x", { latest: [version("x", 3, { description: "Shorter" })] });
const same = { template: { kind: "text", text: "Wording 3" } } as const;

function found(...versions: ReturnType<typeof version>[]): Reply {
  return { json: { model_versions: versions } };
}

describe("a base that is the newest version", () => {
  it("costs no request of its own", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 4));
    const registry = clientFor(stub.url).registry();

    const registered = await registry.registerVersion("x", draft, { baseVersion: 3 });

    expect(registered).toMatchObject({ version: { version: 4 }, unchanged: false, overtaken: [] });
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion]);
  });

  it("costs none with a new prompt either", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"));
    stub.on(routes.createModel, modelReply("x"));
    stub.on(routes.createVersion, versionReply("x", 1));
    const registry = clientFor(stub.url).registry();

    const registered = await registry.registerVersion("x", draft, { baseVersion: 0 });

    expect(registered).toMatchObject({ createdPrompt: true, overtaken: [] });
    expect(stub.routes()).toEqual([routes.getModel, routes.createModel, routes.createVersion]);
  });
});

describe("a series of versions", () => {
  it("costs one request for each version after the first", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 4), versionReply("x", 5));
    const registry = clientFor(stub.url).registry();

    const first = await registry.registerVersion("x", draft, { force: true });
    const second = await registry.registerVersion("x", draft, {
      force: true,
      after: first.version,
    });

    expect(second).toMatchObject({ version: { version: 5 }, before: { version: 4 } });
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion, routes.createVersion]);
  });
});

describe("a number that another caller took", () => {
  const taken = refusal(
    400,
    "BAD_REQUEST",
    "(sqlite3.IntegrityError) UNIQUE constraint failed: model_versions.name\n[SQL: x]",
  );

  it("is requested again without a base, because the failed write was rolled back", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, taken, taken, versionReply("x", 6));
    const registry = clientFor(stub.url).registry();

    expect(await registry.registerVersion("x", draft)).toMatchObject({ version: { version: 6 } });

    expect(stub.routes().filter((route) => route === routes.createVersion)).toHaveLength(3);
  });

  it("is a conflict with a base, which names who came first", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest, modelReply("x", { latest: [version("x", 4)] }));
    stub.on(routes.createVersion, taken);
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 3 }));

    expect(error).toMatchObject({ kind: "conflict", subject: { prompt: "x", version: 4 } });
    expect(error.message).toContain("register again with base_version 4");
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion, routes.getModel]);
  });

  it.each<[string, Reply]>([
    ["has gone again", newest],
    ["cannot be looked up", { status: 503, text: "" }],
  ])("is a conflict with a base when who came first %s", async (_, now) => {
    const stub = await startStub();
    stub.on(routes.getModel, newest, now);
    stub.on(routes.createVersion, taken);
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 3 }));

    expect(error).toMatchObject({ kind: "conflict", subject: { prompt: "x" } });
    expect(error.message).toContain("Another caller changed the same thing at the same moment");
    expect(times(stub, routes.createVersion)).toBe(1);
  });
});

describe("a base that is not", () => {
  it("is refused before anything is written", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 2 }));

    expect(error.kind).toBe("conflict");
    expect(error.subject).toEqual({ prompt: "x", version: 3 });
    expect(error.message).toBe(
      'Nothing was registered: the newest version of "x" is 3 (registered 1970-01-01T00:00:03.000Z, commit message "Shorter"), but the change was made from version 2. Load version 3, merge the changes, and register again with base_version 3.',
    );
    expect(stub.routes()).toEqual([routes.getModel]);
  });

  it("is refused when the prompt comes into being at the same moment", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), newest);
    stub.on(routes.createModel, {
      status: 400,
      json: { error_code: "RESOURCE_ALREADY_EXISTS", message: "Prompt (name=x) already exists." },
    });
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 0 }));

    expect(error.kind).toBe("conflict");
    expect(times(stub, routes.createVersion)).toBe(0);
  });

  it("is not taken for a new prompt where it may not be seen", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, denied);
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 3 }));

    expect(error.kind).toBe("forbidden");
    expect(stub.routes()).toEqual([routes.getModel]);
  });
});

describe("a version that follows versions of other callers", () => {
  it("reports the live versions in between, with their aliases", async () => {
    const stub = await startStub();
    stub.on(
      routes.getModel,
      newest,
      modelReply("x", { latest: [version("x", 8)], aliases: { a: 6 } }),
    );
    stub.on(routes.createVersion, versionReply("x", 7));
    stub.on(routes.searchVersions, found(version("x", 4), version("x", 6), version("y", 5)));
    const registry = clientFor(stub.url).registry();

    const { overtaken } = await registry.registerVersion("x", draft, { baseVersion: 3 });

    expect(overtaken.map((one) => [one.version, one.aliases])).toEqual([
      [6, ["a"]],
      [4, []],
    ]);
    const search = stub.arrived.find(({ route }) => route === routes.searchVersions);
    expect(search?.query.filter).toContain("version_number > 3 AND version_number < 7");
    expect(search?.query.max_results).toBe("3");
  });

  it("is found where those between were deleted long ago to have been overtaken by none", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 7));
    stub.on(routes.searchVersions, done);
    const registry = clientFor(stub.url).registry();

    const { overtaken } = await registry.registerVersion("x", draft, { baseVersion: 3 });

    expect(overtaken).toEqual([]);
  });

  it("is told of all there is in a prompt that was deleted and begun anew meanwhile", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest, modelReply("x"));
    stub.on(routes.createVersion, versionReply("x", 3));
    stub.on(routes.searchVersions, found(version("x", 2), version("x", 1)));
    const registry = clientFor(stub.url).registry();

    const { overtaken } = await registry.registerVersion("x", draft, { baseVersion: 3 });

    expect(overtaken).toMatchObject([{ version: 2 }, { version: 1 }]);
  });

  it("reports them as well when its own response was lost", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 2)] }));
    stub.on(routes.createVersion, breaks);
    stub.on(routes.searchVersions, ownVersion, found(version("x", 3)));
    const registry = clientFor(stub.url).registry();

    const registered = await registry.registerVersion("x", draft, { baseVersion: 2 });

    expect(registered).toMatchObject({ version: { version: 4 }, overtaken: [{ version: 3 }] });
    expect(times(stub, routes.createVersion)).toBe(1);
  });

  it("is not compared when it has no base", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 7));

    const { overtaken } = await clientFor(stub.url).registry().registerVersion("x", draft);

    expect(overtaken).toEqual([]);
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion]);
  });

  it("says that it is there when nobody can tell about the others", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 7));
    stub.on(routes.searchVersions, { status: 503, text: "" });
    const registry = clientFor(stub.url).registry();

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 3 }));

    expect(error.kind).toBe("unavailable");
    expect(error.subject).toEqual({ prompt: "x", version: 7 });
    expect(error.message).toMatch(
      /^Version 7 of "x" was registered\. .* since version 3 could not/,
    );
    expect(error.message).toContain("Do not register it again");
  });
});

describe("a version like the newest", () => {
  it("is one request and no write", async () => {
    const stub = await startStub();
    stub.on(
      routes.getModel,
      modelReply("x", { latest: [version("x", 3)], aliases: { production: 3 } }),
    );

    const registered = await clientFor(stub.url).registry().registerVersion("x", same);

    expect(registered).toMatchObject({
      version: { version: 3, aliases: ["production"] },
      unchanged: true,
    });
    expect(stub.routes()).toEqual([routes.getModel]);
  });

  it("is written when that is forced", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, newest);
    stub.on(routes.createVersion, versionReply("x", 4));
    const registry = clientFor(stub.url).registry();

    const registered = await registry.registerVersion("x", same, { force: true });

    expect(registered).toMatchObject({ version: { version: 4 }, unchanged: false });
  });
});
