import { beforeAll, describe, expect, it } from "vitest";
import type { Credential } from "../../../src/mlflow/client.ts";
import { promptRegistryContract } from "../../contract/prompt-registry.ts";
import { refused, text, uniqueName } from "../../contract/support.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { rest, suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

const admin = { username: "admin", password: "an administrator's password" };
const ann = { kind: "basic", username: "ann", password: "Zoë's pass:word 1" } as const;
const bob = { kind: "basic", username: "bob", password: "another password" } as const;

function headerOf({ username, password }: { username: string; password: string }) {
  const pair = Buffer.from(`${username}:${password}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

async function createUser(url: string, { username, password }: typeof ann | typeof bob) {
  const body = { username, password };
  await rest(url, "POST", "/api/2.0/mlflow/users/create", body, headerOf(admin));
}

describe.skipIf(!mlflow.ok)(title("MLflow 3.17.2 with basic auth", mlflow), () => {
  const auth = { ...admin, defaultPermission: "READ" } as const;
  const server = suiteServer({ release: "3.17.2", auth }, (url) => createUser(url, ann));

  promptRegistryContract(server.open({ credential: ann }), server.traits(headerOf(ann)));
});

const strict = "MLflow 3.17.2 where users see their own prompts only";

describe.skipIf(!mlflow.ok)(title(strict, mlflow), () => {
  const name = uniqueName();
  const auth = { ...admin, defaultPermission: "NO_PERMISSIONS" } as const;
  const server = suiteServer({ release: "3.17.2", auth }, async (url) => {
    await createUser(url, ann);
    await createUser(url, bob);
  });

  beforeAll(async () => {
    const registry = server.client.registry({ credential: ann });
    await registry.registerVersion(name, text("Ann's"));
    await registry.setAlias(name, "production", 1);
  });

  it.each<[string, Credential | undefined]>([
    ["no credential", undefined],
    ["a wrong password", { ...ann, password: "wrong" }],
    ["an unknown user", { ...ann, username: "nobody" }],
    // Not a token: a server that caches passwords, as this one does, answers one with 500.
  ])("does not let %s in", async (_, credential) => {
    const registry = server.client.registry({ credential });

    await refused(registry.searchPrompts({ limit: 10 }), "unauthenticated");
    await refused(registry.getVersion(name, { version: 1 }), "unauthenticated");
    await refused(registry.registerVersion(uniqueName(), text("x")), "unauthenticated");
  });

  it("hides a user's prompt from another", async () => {
    const registry = server.client.registry({ credential: bob });

    expect(await registry.searchPrompts({ limit: 10 })).toEqual({ items: [] });
    expect(await registry.getVersions([{ name, version: 1 }])).toEqual([]);
  });

  it("forbids a user another's prompt", async () => {
    const registry = server.client.registry({ credential: bob });

    await refused(registry.getPrompt(name), "forbidden", "Permission denied");
    await refused(registry.getVersion(name, { version: 1 }), "forbidden");
    await refused(registry.getVersion(name, { alias: "production" }), "forbidden");
    await refused(registry.listVersions(name, { limit: 1 }), "forbidden");
    await refused(registry.registerVersion(name, text("Bob's")), "forbidden");
    await refused(registry.setAlias(name, "production", 1), "forbidden");
    await refused(registry.tagPrompt(name, { a: "b" }), "forbidden");
    await refused(registry.deletePrompt(name), "forbidden");
    await refused(registry.createPrompt(name, {}), "already_exists", name);
  });

  it("forbids a prompt that is not there, and does not keep anybody from creating it", async () => {
    const registry = server.client.registry({ credential: bob });
    const absent = uniqueName();

    await refused(registry.getPrompt(absent), "forbidden", absent, "does not exist");
    await refused(registry.getVersion(absent, { version: 1 }), "forbidden", absent);
    const { createdPrompt } = await registry.registerVersion(absent, text("One"));

    expect(createdPrompt).toBe(true);
    expect(await registry.getVersion(absent, "latest")).toMatchObject({ version: 1 });
    await refused(registry.getVersion(absent, { version: 2 }), "not_found", "version 2");
  });

  it("forbids a reader to write", async () => {
    const grant = { username: "bob", resource_type: "prompt", resource_id: name };
    const path = "/api/3.0/mlflow/users/permissions/grant";
    await rest(server.url, "POST", path, { ...grant, permission: "READ" }, headerOf(admin));
    const registry = server.client.registry({ credential: bob });

    expect(await registry.getVersion(name, { alias: "production" })).toMatchObject({
      version: 1,
    });
    expect(await registry.getVersions([{ name, version: 1 }])).toMatchObject([{ name }]);
    await refused(registry.registerVersion(name, text("Bob's")), "forbidden", "Permission denied");
    await refused(registry.setAlias(name, "production", 1), "forbidden");
    await refused(registry.deleteVersion(name, 1), "forbidden");
    await refused(registry.getVersion(name, { version: 7 }), "not_found", "version 7");
  });

  it("tells its release to users alone", async () => {
    expect(await server.client.registry({ credential: bob }).describe()).toMatchObject({
      release: "3.17.2",
      capabilities: { workspaces: false, atomicWrites: false },
    });
    await refused(server.client.registry().describe(), "unauthenticated", "none was sent");
  });
});
