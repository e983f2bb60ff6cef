import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { text, uniqueName } from "../../contract/support.ts";
import { type AnswerCutter, accidents, startAnswerCutter } from "../../support/answer-cutter.ts";
import { expectExactlyOnce } from "../../support/exactly-once.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { postgresAvailable } from "../../support/mlflow-postgres.ts";
import type { MlflowServerOptions } from "../../support/mlflow-server.ts";
import { raceAgents, racesOf } from "../../support/racing-agents.ts";
import { failed } from "../failed.ts";
import { type CutWrite, cutWrites } from "./cut-writes.ts";
import { suiteServer } from "./suite-server.ts";

const { neverSent, ...arriving } = accidents;
const each = Object.entries(cutWrites).flatMap(([name, write]) =>
  Array.from({ length: write.requests }, (_, index) => [name, index + 1, write] as const),
);

for (const release of ["3.8.1", "3.17.2"] as const) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title(`Writes to MLflow ${release}`, mlflow), () => {
    const server = suiteServer({ release });
    let cutter: AnswerCutter;
    let registry: PromptRegistry;
    let impatient: PromptRegistry;
    /** By write: what became of a prompt without an accident, and with one each. */
    const prompts = new Map<string, { readonly without: string; readonly withOne: string[] }>();

    beforeAll(async () => {
      cutter = await startAnswerCutter(server.url);
      registry = server.clientOf(cutter.url).registry();
      const verifySchedule = { pausesMs: [0, 50, 100], limitMs: 8_000 };
      impatient = server.clientOf(cutter.url, { verifySchedule }).registry();
      for (const [name, write] of Object.entries(cutWrites)) {
        const without = uniqueName();
        await write.prepare?.(server.client.registry(), without);
        cutter.arm(0, neverSent);
        await write.run(registry, without);
        expect(cutter.writes, name).toHaveLength(write.requests);
        prompts.set(name, { without, withOne: [] });
      }
    });
    afterAll(() => cutter?.close());

    /** Makes the prompt that the write is about. */
    async function prepared(write: CutWrite): Promise<string> {
      const name = uniqueName();
      await write.prepare?.(server.client.registry(), name);
      return name;
    }

    /** What is seen of a prompt; undefined when there is none. */
    async function seen(name: string): Promise<unknown> {
      const prompt = await server.client
        .registry()
        .getPrompt(name)
        .catch(() => undefined);
      return prompt && [prompt, await server.client.registry().listVersions(name, { limit: 10 })];
    }

    describe.each(Object.keys(arriving).filter(isAccident))("of which one has %s", (accident) => {
      it.each(each)("%s, request %i, happens once", async (title, nth, write) => {
        const name = await prepared(write);
        cutter.arm(nth, accidents[accident]);

        await write.run(registry, name);

        await cutter.verifyWrite();
        expect(cutter.writes).toHaveLength(write.requests);
        prompts.get(title)?.withOne.push(name);
      });
    });

    it("leave what MLflow's own client finds where nothing was lost", async () => {
      const names = [...prompts.values()].flatMap(({ without, withOne }) => [without, ...withOne]);
      const found: Record<string, unknown> = JSON.parse(await server.python(stateOf(names)));
      const { ids } = found;

      let compared = 0;
      for (const [title, { without, withOne }] of prompts) {
        for (const name of withOne) {
          expect(found[name], title).toEqual(found[without]);
          compared++;
        }
      }
      expect(compared).toBe(each.length * Object.keys(arriving).length);
      expect(new Set(Array.isArray(ids) ? ids : []).size).toBe(Array.isArray(ids) && ids.length);
    });

    it.each(each)(
      "%s, request %i, not having been sent, fails and says so",
      async (_, nth, write) => {
        const name = await prepared(write);
        const before = await seen(name);
        cutter.arm(nth, neverSent);

        const { kind, message } = await failed(write.run(impatient, name));

        expect(kind).toBe("unavailable");
        expect(message).toContain("MLflow was queried 3 times and did not have the change");
        // What came before it has happened and is told, but for a prompt, which is taken back.
        const isLeft = nth > 1 && before !== undefined;
        expect(message.includes("before the failure")).toBe(isLeft);
        if (!isLeft) expect(await seen(name)).toEqual(before);
      },
    );
  });
}

const agents = Array.from({ length: 32 }, (_, agent) => `Wording of agent ${agent}`);
const servers: Record<string, MlflowServerOptions> = {
  SQLite: { release: "3.17.2", workers: 4 },
  PostgreSQL: { release: "3.17.2", workers: 4, backendStore: "postgresql" },
};

for (const [database, options] of Object.entries(servers)) {
  const mlflow = await mlflowAvailable(options.release);
  const available =
    options.backendStore === "postgresql" ? await postgresAvailable() : { ok: true as const };
  describe.skipIf(!mlflow.ok || !available.ok)(
    title(`32 agents that change one prompt of MLflow on ${database} at once`, mlflow, available),
    () => {
      const server = suiteServer(options);

      it.each([0, 10])(
        "each add one version, %i ms apart, and know who came between",
        async (ms) => {
          const registry = server.client.registry();
          const name = uniqueName();
          await registry.registerVersion(name, text("The first"));
          const clients = [1, 2, 3, 4].map(() => server.clientOf());

          const landed = await raceAgents(
            (agent) => clients[agent % clients.length]?.registry() ?? registry,
            name,
            agents,
            ms,
          );

          await expectExactlyOnce(registry, name, agents, landed);
          process.stdout.write(`MLflow on ${database}, ${ms} ms apart: ${racesOf(landed)}\n`);
        },
      );
    },
  );
}

function isAccident(name: string): name is keyof typeof accidents {
  return Object.hasOwn(accidents, name);
}

/** Prints what there is of each prompt, and all write ids. */
function stateOf(names: readonly string[]): string {
  return `import json
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
client = MlflowClient()
ids = []
def state(name):
    try:
        model = client.get_registered_model(name)
    except MlflowException as error:
        return error.error_code
    found = client.search_model_versions(f"name = '{name}' AND tags.\`mlflow.prompt.is_prompt\` = 'true'")
    versions = {}
    for version in found:
        tags = dict(version.tags)
        ids.append(tags.pop("mcp.write_id"))
        versions[version.version] = [tags, version.description]
    return {"description": model.description, "tags": dict(model.tags), "aliases": dict(model.aliases),
            "count": len(found), "versions": versions}
states = {name: state(name) for name in json.loads(${JSON.stringify(JSON.stringify(names))})}
print(json.dumps({**states, "ids": ids}))`;
}
