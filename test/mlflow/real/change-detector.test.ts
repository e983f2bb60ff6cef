import { describe, expect, it } from "vitest";
import { text } from "../../contract/support.ts";
import { eventually } from "../../support/eventually.ts";
import {
  metric,
  postModern,
  type RunningService,
  startService,
} from "../../support/http-service.ts";
import { listeningClients } from "../../support/listening-clients.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { headersOf, MlflowAdmin, user } from "../../support/mlflow-users.ts";
import { rest, type SuiteServer, suiteServer } from "./suite-server.ts";

const clients = Object.entries(listeningClients);
const search = "GET /api/2.0/mlflow/registered-models/search";
const looked = `mlflow_prompts_upstream_requests_total{endpoint="${search}",outcome="2xx"}`;

interface Step {
  readonly what: string;
  /** By MLflow's Python client. */
  readonly script: string;
  /** What a client is told that watches "prompts:/watched". */
  readonly told: readonly string[];
}

const steps: readonly Step[] = [
  {
    what: "a new prompt",
    script: 'genai.register_prompt(name="added", template="One {{ thing }}")',
    told: ["prompts", "resources"],
  },
  {
    what: "a new version",
    script: 'genai.register_prompt(name="watched", template="Two")',
    told: ["prompts", "prompts:/watched"],
  },
  {
    what: "a new description",
    script: 'registry.update_registered_model("watched", description="Theirs")',
    told: ["prompts", "resources", "prompts:/watched"],
  },
  {
    what: "that a version has gone",
    // Its prompt looks as after a new description.
    script: 'client.delete_prompt_version("watched", "2")',
    told: ["prompts", "resources", "prompts:/watched"],
  },
  {
    what: "a new name",
    script: 'registry.rename_registered_model("added", "renamed")',
    told: ["prompts", "resources", "prompts:/watched"],
  },
  {
    what: "that a prompt has gone",
    script: 'client.delete_prompt("renamed")',
    told: ["prompts", "resources", "prompts:/watched"],
  },
];

/** The client's public methods leave prompts' descriptions and names alone; what is below does not. */
const preamble = `
from mlflow import genai, MlflowClient
client = MlflowClient()
registry = client._get_registry_client()
`;

/** Waits until so many more looks were answered, by somebody who uses the workspace meanwhile. */
async function untilLooked(
  { url }: RunningService,
  times: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Asks MLflow nothing.
  await postModern(url, "resources/templates/list", {}, headers);
  const before = (await metric(url, looked)) || 0;
  await eventually(async () =>
    expect(await metric(url, looked)).toBeGreaterThanOrEqual(before + times),
  );
}

/** Each step is told to everybody who listens, once it is done, and nothing after it. */
async function expectTold(
  server: SuiteServer,
  service: RunningService,
  heard: readonly (readonly string[])[],
): Promise<void> {
  for (const { what, script, told } of steps) {
    const before = heard.map(({ length }) => length);
    const since = () => heard.map((one, index) => one.slice(before[index]));

    await postModern(service.url, "resources/templates/list");
    await server.python(preamble + script);

    const all = heard.map(() => new Set(told));
    await eventually(() =>
      expect(
        since().map((one) => new Set(one)),
        what,
      ).toEqual(all),
    );
    await untilLooked(service, 3);
    // One look may fall between two requests of the Python client.
    for (const one of since()) expect(one.length, what).toBeLessThanOrEqual(2 * told.length);
  }
}

for (const release of ["3.8.1", "3.10.1", "3.17.2"] as const) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(
    title(`changes that others make in MLflow ${release}`, mlflow),
    () => {
      const server = suiteServer({ release });

      it("are told without webhooks, in both eras", async () => {
        const registry = server.client.registry();
        for (let n = 0; n < 25; n++) await registry.registerVersion(`other-${n}`, text("One"));
        await registry.registerVersion("watched", text("One"));
        const service = await startService({
          MLFLOW_TRACKING_URI: server.url,
          MLFLOW_PROMPTS_POLL_INTERVAL: "0.3",
        });
        const heard = await Promise.all(
          clients.map(([, listen]) => listen(service.url, {}, ["prompts:/watched"])),
        );
        await untilLooked(service, 12);

        await expectTold(server, service, heard);

        expect(service.logged.filter(({ level }) => level === "error")).toEqual([]);
      });
    },
  );
}

const newest = await mlflowAvailable("3.17.2");

describe.skipIf(!newest.ok)(title("changes in an MLflow 3.17.2 with basic auth", newest), () => {
  const administrator = { username: "admin", password: "an administrator's password" };
  const ann = user("ann");
  const bob = user("bob");
  const auth = { ...administrator, defaultPermission: "NO_PERMISSIONS" } as const;
  const server = suiteServer({ release: "3.17.2", auth }, async (url) => {
    const admin = new MlflowAdmin(url, administrator);
    for (const one of [ann, bob]) await admin.createUser(one);
  });

  it("are told to a user who sees only some prompts, and do not flood her", async () => {
    const registryOf = (owner: typeof ann) =>
      server.client.registry({ credential: { kind: "basic", ...owner } });
    for (let n = 0; n < 12; n++) {
      await registryOf(bob).registerVersion(`bobs-${n}`, text("One"));
      if (n % 4 === 0) await registryOf(ann).registerVersion(`anns-${n}`, text("One"));
    }
    await registryOf(ann).registerVersion("watched", text("One"));
    await registryOf(bob).registerVersion("bobs-last", text("One"));
    const service = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_POLL_INTERVAL: "0.3",
    });
    const headers = headersOf(ann);
    const heard = await listeningClients["2026-07-28"](service.url, headers, ["prompts:/watched"]);
    await untilLooked(service, 10, headers);
    expect(heard).toEqual([]);

    await registryOf(ann).registerVersion("watched", text("Two"));
    await eventually(() => expect(heard).toContain("prompts:/watched"));
    await registryOf(ann).registerVersion("anns-new", text("One"));
    await eventually(() => expect(heard).toContain("resources"));
    const before = heard.length;
    await rest(
      server.url,
      "DELETE",
      "/api/2.0/mlflow/registered-models/delete",
      { name: "anns-4" },
      headers,
    );
    await eventually(() => expect(heard.length).toBeGreaterThan(before));

    await untilLooked(service, 3, headers);
    const quiet = heard.length;
    expect(quiet).toBeLessThan(15);
    await untilLooked(service, 5, headers);
    expect(heard).toHaveLength(quiet);
    expect(service.logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});
