import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyVersion } from "../../../bench/copied-rows.ts";
import { createEmbeddedFile } from "../../../src/embedded/embedded-file.ts";
import type { UpstreamExchange } from "../../../src/mlflow/client.ts";
import type { PageRequest, PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import type { Page, Prompt, PromptVersion } from "../../../src/registry/types.ts";
import { promptRegistryContract } from "../../contract/prompt-registry.ts";
import { refused, text, uniqueName } from "../../contract/support.ts";
import { newPath, sql } from "../../embedded/support.ts";
import { withDatabase } from "../../support/database.ts";
import { binFolder, mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import type { MlflowServerOptions } from "../../support/mlflow-server.ts";
import {
  createFreshFile,
  describeSchema,
  type SchemaDescription,
} from "../../support/sqlite-schema.ts";
import { api, suiteServer } from "./suite-server.ts";

const everyCharacter =
  " \tGrüße, {{ name }}!\r\n'single' \"double\" `back` \\ % _ ; -- {{x-y}} 漢字 עברית 👩‍👩‍👧\u00a0\u2028 \u007f\n";

const oldest = await mlflowAvailable("3.8.1");

describe.skipIf(!oldest.ok)(title("a fresh file", oldest), () => {
  it("has the schema that MLflow 3.8.1 creates", async () => {
    const [ours, theirs] = [newPath(), newPath()];
    await Promise.all([createFreshFile(ours), createWithMlflow("3.8.1", theirs)]);

    expectSameSchema(ours, theirs);
  });
});

const releases: readonly { release: Release; schema: string; workspace?: string }[] = [
  { release: "3.8.1", schema: "3.8" },
  { release: "3.10.1", schema: "3.10", workspace: "default" },
  { release: "3.17.2", schema: "3.17", workspace: "default" },
];

for (const { release, schema, workspace } of releases) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title(`an MLflow ${release} server`, mlflow), () => {
    const folder = join(tmpdir(), `embedded-${uniqueName()}`);
    const ours = join(folder, "ours.db");
    const theirs = join(folder, "theirs.db");
    beforeAll(() => {
      mkdirSync(folder);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    describe("on a fresh file of the embedded registry", () => {
      const registry = embeddedRegistry(ours);
      let written: PromptWithVersions[];
      beforeAll(async () => {
        await fill(registry);
        written = await everything(registry);
      });
      // Starts when the file is there.
      const server = suiteServer(on(ours, release));

      it("finds every prompt, over its REST API", async () => {
        expect(written.map(({ prompt }) => prompt.name)).toEqual(
          expect.arrayContaining(["a-chat", "a-text"]),
        );
        expect(await everything(server.client.registry())).toEqual(written);
        const deleted = server.client.registry().getVersion("a-text", { version: 2 });
        await refused(deleted, "not_found");
      });

      it("finds every prompt byte for byte, through its Python client", async () => {
        const seen = JSON.parse(await server.python(seenByPython(written)));

        expect(seen).toEqual(written.map(asPythonSeesIt));
        expect(seen[1]).toMatchObject({
          prompt: { name: "a-text" },
          versions: [{ version: 3 }, { version: 1, template: everyCharacter }],
        });
      });

      it("serves what the embedded registry writes, and the other way round", async () => {
        const name = "a-text";
        await registry.registerVersion(name, text("From the file"));
        await registry.setAlias(name, "production", 4);
        const served = await server.client.registry().getVersion(name, { alias: "production" });
        await server.client.registry().registerVersion(name, text("From the server"));
        const read = await registry.getVersion(name, "latest");

        expect(served).toMatchObject({ version: 4, template: { text: "From the file" } });
        expect(read).toMatchObject({ version: 5, template: { text: "From the server" } });
        expect(await everything(server.client.registry())).toEqual(await everything(registry));
      });

      it("finds a prompt of many versions alike, asked for and searched for", async () => {
        const name = "many-versions";
        await registry.registerVersion(name, text("One", { tags: { team: "docs" } }));
        const others = Array.from({ length: 1_000 }, (_, index) => index + 2);
        withDatabase(ours, (db) => copyVersion(db, { name, version: 1 }, others));
        await registry.setAlias(name, "production", 500);
        await registry.deleteVersion(name, 1_001);
        const endpoints: string[] = [];
        const observe = ({ endpoint }: UpstreamExchange) => endpoints.push(endpoint);
        const served = server.clientOf(server.url, { observe }).registry();

        const asked = await served.getPrompt(name);
        const searched = await served.getPrompt(name);

        expect(asked).toEqual(await registry.getPrompt(name));
        expect(searched).toEqual(asked);
        expect(endpoints).toEqual([
          `GET ${api}/registered-models/get`,
          `GET ${api}/registered-models/search`,
        ]);
      });

      it("has brought it to the schema of its release, where the registry goes on", async () => {
        expect(await registry.describe()).toMatchObject({
          release: schema,
          capabilities: { workspaces: workspace !== undefined, atomicWrites: true },
        });
      });
    });

    describe("on a file of its own, which the embedded registry opens", () => {
      const prompt = "from-the-server";
      const server = suiteServer(on(theirs, release));
      const registry = embeddedRegistry(theirs);
      let before: { schema: SchemaDescription; journal: unknown; prompt: Prompt };

      beforeAll(async () => {
        await server.client.registry().registerVersion(prompt, text(everyCharacter));
        before = {
          schema: describeSchema(theirs),
          journal: sql(theirs, "PRAGMA journal_mode"),
          prompt: await server.client.registry().getPrompt(prompt),
        };
      });

      promptRegistryContract(open(theirs), server.traits());
      if (workspace !== undefined) {
        describe(`in the workspace ${workspace}`, () => {
          promptRegistryContract(open(theirs, workspace), server.traits());
        });
      }

      it("finds what the embedded registry wrote", async () => {
        const written = await everything(registry);

        expect(written.length).toBeGreaterThan(1);
        expect(await everything(server.client.registry())).toEqual(written);
      });

      it("finds its schema, its journal mode and its own prompt as they were", async () => {
        expect(describeSchema(theirs)).toEqual(before.schema);
        expect(sql(theirs, "PRAGMA journal_mode")).toEqual(before.journal);
        expect(sql(theirs, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
        expect(sql(theirs, "PRAGMA foreign_key_check")).toEqual([]);
        expect(await registry.getPrompt(prompt)).toEqual(before.prompt);
      });
    });

    it("has made the same schema of both files", () => {
      expectSameSchema(ours, theirs);
    });
  });
}

/** A server on a database file, which need not be there. */
function on(path: string, release: Release): MlflowServerOptions {
  // Of an option that is given twice, the last value counts.
  return { release, args: ["--backend-store-uri", `sqlite:///${path}`] };
}

/** To be called in a `describe`: the file is closed with the suite. */
function embeddedRegistry(path: string): PromptRegistry {
  const file = createEmbeddedFile({ path, samples: true });
  afterAll(() => file.close());
  return file.registry({});
}

/** What the contract's suite opens. */
function open(path: string, workspace?: string) {
  return async () => {
    const file = createEmbeddedFile({ path, samples: true });
    return { registry: file.registry({ workspace }), close: async () => file.close() };
  };
}

/** Writes prompts with everything that a prompt can have. */
async function fill(registry: PromptRegistry): Promise<void> {
  await registry.registerVersion(
    "a-text",
    text(everyCharacter, {
      commitMessage: everyCharacter,
      tags: { team: everyCharacter, "a b": "c" },
    }),
  );
  await registry.registerVersion("a-text", text("A mistake"));
  await registry.deleteVersion("a-text", 2);
  await registry.registerVersion("a-text", text('[{"role": "user", "content": "no chat"}]'));
  await registry.setAlias("a-text", "production", 1);
  await registry.setAlias("a-text", "canary", 3);
  await registry.tagPrompt("a-text", { owner: "Zoë" });
  await registry.tagVersion("a-text", 3, { checked: "yes" });

  await registry.registerVersion("a-chat", {
    template: {
      kind: "chat",
      messages: [
        { role: "system", content: everyCharacter },
        { role: "user", content: "{{ question }}" },
      ],
    },
    modelConfig: { model_name: "gpt-9", temperature: 0.2, stop_sequences: ["é", "###"] },
    responseFormat: { type: "object", properties: { 答え: { type: "string" } } },
  });
}

interface PromptWithVersions {
  readonly prompt: Prompt;
  readonly versions: readonly PromptVersion[];
}

async function everything(registry: PromptRegistry): Promise<PromptWithVersions[]> {
  const found: PromptWithVersions[] = [];
  for (const prompt of await allOf((page) => registry.searchPrompts(page))) {
    const versions = await allOf((page) => registry.listVersions(prompt.name, page));
    found.push({ prompt, versions });
  }
  return found;
}

async function allOf<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 100, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

/** Prints what MLflow's client finds of the prompts, and of others if there are any. */
function seenByPython(prompts: readonly PromptWithVersions[]): string {
  const versions = prompts.map(({ prompt, versions }) => [
    prompt.name,
    versions.map(({ version }) => String(version)),
  ]);
  return `import json
from mlflow import MlflowClient
client = MlflowClient()
versions = json.loads(${JSON.stringify(JSON.stringify(Object.fromEntries(versions)))})
def version(p):
    return {"version": p.version, "template": p.template, "commit_message": p.commit_message or "",
            "tags": p.tags, "aliases": sorted(p.aliases), "model_config": p.model_config,
            "response_format": p.response_format}
print(json.dumps([{
    "prompt": {"name": p.name, "description": p.description or "", "tags": p.tags},
    "versions": [version(client.get_prompt_version(p.name, n)) for n in versions[p.name]],
} for p in sorted(client.search_prompts(), key=lambda p: p.name)]))`;
}

function asPythonSeesIt({ prompt, versions }: PromptWithVersions): unknown {
  const { name, description, tags } = prompt;
  return {
    prompt: { name, description, tags },
    versions: versions.map((version) => ({
      version: version.version,
      template:
        version.template.kind === "chat" ? version.template.messages : version.template.text,
      commit_message: version.commitMessage,
      tags: version.tags,
      aliases: version.aliases,
      model_config: version.modelConfig ?? null,
      response_format: version.responseFormat ?? null,
    })),
  };
}

/** Makes a database file as MLflow does when it is first used. */
async function createWithMlflow(release: Release, path: string): Promise<void> {
  const script = `from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
SqlAlchemyStore("sqlite:///${path}", "${path}.artifacts")`;
  await promisify(execFile)(join(binFolder(release), "python"), ["-c", script]);
}

/** Expects the same tables, each named where it differs, and the same revision of MLflow's. */
function expectSameSchema(path: string, reference: string): void {
  const [actual, expected] = [describeSchema(path), describeSchema(reference)];
  expect(Object.keys(actual.tables)).toEqual(Object.keys(expected.tables));
  for (const [table, description] of Object.entries(expected.tables)) {
    expect.soft(actual.tables[table], `table ${table}`).toEqual(description);
  }
  expect(actual.triggers).toEqual(expected.triggers);
  const revision = "SELECT version_num FROM alembic_version";
  expect(sql(path, revision)).toEqual(sql(reference, revision));
}
