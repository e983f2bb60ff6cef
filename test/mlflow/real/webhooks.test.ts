import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { eventually } from "../../support/eventually.ts";
import { startService } from "../../support/http-service.ts";
import { listeningClients } from "../../support/listening-clients.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { MlflowAdmin, type MlflowUser, user } from "../../support/mlflow-users.ts";
import { isolated, run } from "../../support/program.ts";
import { secret } from "../../support/webhook-deliveries.ts";
import { startWebhookRoute } from "../../support/webhook-route.ts";
import { callsWebhooks } from "../../support/webhook-variables.ts";
import { rest, type SuiteServer, suiteServer } from "./suite-server.ts";

const path = "/webhooks/mlflow";
const webhooksApi = "/api/2.0/mlflow/webhooks";

/** Runs `webhooks` as somebody who has the secret. */
function webhooks(
  { url }: Pick<SuiteServer, "url">,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) {
  const { environment, home } = isolated({
    MLFLOW_TRACKING_URI: url,
    MLFLOW_PROMPTS_WEBHOOK_SECRET: secret,
    ...variables,
  });
  const auditLog = join(home, "audit.log");
  return run(["webhooks", ...args, "--audit-log", auditLog], environment);
}

const installedWebhooks = z.object({
  webhooks: z
    .array(
      z.object({
        webhook_id: z.string(),
        url: z.string(),
        status: z.string(),
        events: z.array(z.object({ entity: z.string(), action: z.string() })),
      }),
    )
    .default([]),
});

type InstalledWebhook = z.infer<typeof installedWebhooks>["webhooks"][number];

/** The webhooks that the server has. */
async function installedIn(
  { url }: Pick<SuiteServer, "url">,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly InstalledWebhook[]> {
  const answer = await fetch(`${url}${webhooksApi}`, { headers });
  return installedWebhooks.parse(await answer.json()).webhooks;
}

/** Everything about a prompt that MLflow tells of, by its client. */
const everyChange = (name: string) => `
import mlflow
from mlflow import MlflowClient
client = MlflowClient()
mlflow.genai.register_prompt(name="${name}", template="Hi {{ who }}")
mlflow.genai.set_prompt_alias("${name}", alias="production", version=1)
mlflow.genai.delete_prompt_alias("${name}", alias="production")
client.set_prompt_tag("${name}", "team", "search")
client.delete_prompt_tag("${name}", "team")
client.set_prompt_version_tag("${name}", "1", "tested", "yes")
client.delete_prompt_version_tag("${name}", "1", "tested")
`;

/** What that is to be told as. Since 3.9 MLflow's client tags a new prompt with its experiment. */
const everyChangeTold = (prompt: string, release: Release): readonly Change[] => [
  { prompt, listed: true },
  { prompt, version: 1, listed: false },
  { prompt, version: 1, alias: "production", listed: false },
  { prompt, alias: "production", listed: false },
  ...Array.from({ length: release === "3.8.1" ? 2 : 3 }, () => ({ prompt, listed: false })),
  ...Array.from({ length: 2 }, () => ({ prompt, version: 1, listed: false })),
];

/** MLflow delivers in no particular order. */
const sorted = (changes: readonly Change[]) =>
  changes.toSorted((a, b) => key(a).localeCompare(key(b)));

const key = ({ version, alias, listed }: Change) => [version, alias, listed].join();

const releases: readonly Release[] = ["3.8.1", "3.10.1", "3.17.2"];
const available = await Promise.all(
  releases.map(async (release) => ({ release, mlflow: await mlflowAvailable(release) })),
);

for (const { release, mlflow } of available) {
  describe.skipIf(!mlflow.ok)(title(`webhooks of MLflow ${release}`, mlflow), () => {
    const server = suiteServer({ release, env: callsWebhooks });

    it("are installed, tell each change once, and are removed", async () => {
      const route = await startWebhookRoute();
      const installed = await webhooks(server, ["install", "--webhook-url", route.url + path]);
      expect(installed).toMatchObject({ code: 0, stderr: "" });
      expect(installed.stdout).toContain("MLflow's test delivery was accepted (200).");
      expect(route.published.splice(0)).toHaveLength(1);

      await server.python(everyChange("each"));

      await eventually(() => {
        const told = route.published.map(([, change]) => change);
        expect(sorted(told)).toEqual(sorted(everyChangeTold("each", release)));
      });
      expect(new Set(route.published.map(([workspace]) => workspace))).toEqual(
        new Set([undefined]),
      );
      expect(await webhooks(server, ["remove"])).toMatchObject({ code: 0, stderr: "" });
      expect(await installedIn(server)).toEqual([]);
    });
  });
}

const newest = await mlflowAvailable("3.17.2");

describe.skipIf(!newest.ok)(title("the webhooks command on MLflow 3.17.2", newest), () => {
  const server = suiteServer({ release: "3.17.2", env: callsWebhooks });

  /** The service on this server, taking webhooks. */
  async function start(variables: Readonly<Record<string, string>> = {}) {
    const service = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_WEBHOOK_SECRET: secret,
      ...variables,
    });
    return { ...service, webhookUrl: new URL(path, service.url).href };
  }

  it.each(Object.entries(listeningClients))(
    "lets clients be told of what MLflow's own client changes: %s",
    async (era, listen) => {
      const name = era.replace(/\W+/g, "-");
      await server.python(
        `import mlflow; mlflow.genai.register_prompt(name="${name}", template="Hi")`,
      );
      const { url, webhookUrl } = await start();
      await webhooks(server, ["install", "--webhook-url", webhookUrl]);
      const heard = await listen(url, {}, [`prompts:/${name}@production`]);

      await server.python(
        `import mlflow; mlflow.genai.set_prompt_alias("${name}", alias="production", version=1)`,
      );

      await eventually(() => expect(heard).toContain(`prompts:/${name}@production`));
      expect(heard).toContain("prompts");
    },
  );

  it("lets clients be told that a prompt is gone which no poll saw", async () => {
    const { url, webhookUrl } = await start({ MLFLOW_PROMPTS_POLL_INTERVAL: "0.5" });
    await webhooks(server, ["install", "--webhook-url", webhookUrl]);
    const heard = await listeningClients["2026-07-28"](url, {}, []);
    const models = "/api/2.0/mlflow/registered-models";
    const tags = [{ key: "mlflow.prompt.is_prompt", value: "true" }];

    await rest(server.url, "POST", `${models}/create`, { name: "brief", tags });
    await eventually(() => expect(heard).toContain("prompts"));
    await rest(server.url, "DELETE", `${models}/delete`, { name: "brief" });
    const told = heard.length;

    // Polls are 7.5 seconds apart while webhooks arrive.
    await eventually(() => expect(heard.slice(told)).toContain("prompts"));
  });

  it("makes one webhook, however often and whatever it was, and says what it did", async () => {
    await webhooks(server, ["remove"]);
    const { webhookUrl, url } = await start();
    const first = await webhooks(server, ["install", "--webhook-url", "http://127.0.0.1:9/old"]);
    expect(first.code).toBe(1);
    expect(first.stdout).toContain(
      "MLflow's test delivery did not reach http://127.0.0.1:9/old. Nothing listens at this address",
    );
    const [old] = await installedIn(server);
    await rest(server.url, "PATCH", `${webhooksApi}/${old?.webhook_id}`, {
      events: [{ entity: "PROMPT", action: "CREATED" }],
      status: "DISABLED",
    });
    // MLflow lets another have the same name.
    await rest(server.url, "POST", webhooksApi, {
      name: "mlflow-prompts-mcp",
      url: "http://127.0.0.1:9/other",
      events: [{ entity: "PROMPT", action: "CREATED" }],
    });

    const service = { MLFLOW_PROMPTS_PUBLIC_URL: new URL("/", url).href };
    const wrong = await webhooks(server, ["status"], service);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("It is not subscribed to prompt_version.created,");
    expect(wrong.stdout).toContain("It is disabled");
    expect(wrong.stdout).toContain(
      "did not reach http://127.0.0.1:9/old. Nothing listens at this address",
    );
    expect(wrong.stdout).toContain(`It should call ${webhookUrl}.`);
    const again = await webhooks(server, ["install"], service);
    const installed = await installedIn(server);

    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain(
      `Updated the webhook mlflow-prompts-mcp in MLflow at ${server.url}.\nIt calls ${webhookUrl} for 8 kinds of events.`,
    );
    expect(again.stdout).toContain("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY");
    expect(installed).toMatchObject([
      { webhook_id: old?.webhook_id, url: webhookUrl, status: "ACTIVE" },
    ]);
    expect(await webhooks(server, ["status"], service)).toEqual({
      code: 0,
      stderr: "",
      stdout: `The webhook mlflow-prompts-mcp is installed in MLflow at ${server.url}.
It calls ${webhookUrl} for ${events(installed)}.
MLflow's test delivery was accepted (200).
`,
    });
  });

  it("is sent again what could not be told, as the same delivery", async () => {
    const publish = vi.fn(async () => {}).mockRejectedValueOnce(new Error("Redis is away"));
    const route = await startWebhookRoute({ publish });
    const { code, stdout } = await webhooks(server, ["install", "--webhook-url", route.url + path]);
    expect(stdout).toContain("MLflow's test delivery was accepted (200).");
    expect(code).toBe(0);
    expect(publish).toHaveBeenCalledTimes(2);
    expect(route.ids).toHaveLength(2);
    expect(new Set(route.ids).size).toBe(1);
    expect(route.published).toHaveLength(1);
  });

  it("tells why a test delivery is refused", async () => {
    const { webhookUrl } = await start({ MLFLOW_PROMPTS_WEBHOOK_SECRET: "another that is long" });
    const refused = await webhooks(server, ["install", "--webhook-url", webhookUrl]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("refused (401): The signature is wrong: the webhook");
    expect(await webhooks(server, ["status"])).toMatchObject({ code: 1 });
  });

  it("says that nothing is there to be removed, or to have a status", async () => {
    await webhooks(server, ["remove"]);
    expect(await webhooks(server, ["remove"])).toEqual({
      code: 0,
      stderr: "",
      stdout: `There was no webhook mlflow-prompts-mcp in MLflow at ${server.url}.\n`,
    });
    const status = await webhooks(server, ["status"]);
    expect(status).toMatchObject({ code: 1, stderr: "" });
    expect(status.stdout).toContain("There is no webhook mlflow-prompts-mcp");
  });

  it.each([
    [["install"], { MLFLOW_PROMPTS_WEBHOOK_SECRET: "" }, 2, "WEBHOOK_SECRET is not set"],
    [["install"], { MLFLOW_PROMPTS_WEBHOOK_SECRET: "short" }, 2, "at least 16 characters"],
    [["install"], {}, 2, "set --webhook-url"],
    [["status"], { MLFLOW_TRACKING_URI: "" }, 2, "there is no MLflow server"],
    [["status"], { MLFLOW_TRACKING_URI: "http://127.0.0.1:1" }, 6, "cannot be reached"],
    [["status"], { MLFLOW_WORKSPACE: "red" }, 1, "has no workspaces"],
  ])("ends %j with %j by exit code %i and a sentence", async (args, variables, code, sentence) => {
    const ended = await webhooks(server, args, variables);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe.skipIf(!newest.ok)(
  title("an MLflow 3.17.2 that was not set up for webhooks", newest),
  () => {
    const server = suiteServer({ release: "3.17.2" });

    it.each([
      ["http://prompts.example.com", "MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https"],
      ["https://127.0.0.1:1", "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true"],
      ["https://prompts.invalid", "Use an address whose host name the MLflow server can resolve."],
    ])("does not call %s, and it is said what to set", async (url, sentence) => {
      const ended = await webhooks(server, ["install", "--webhook-url", url]);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toContain(sentence);
      expect(await installedIn(server)).toEqual([]);
    });

    it("forgets the secret when it restarts, and it is said what to set", async () => {
      await rest(server.url, "POST", webhooksApi, {
        name: "mlflow-prompts-mcp",
        // Not called.
        url: "https://8.8.8.8/webhooks/mlflow",
        secret,
        events: [{ entity: "PROMPT", action: "CREATED" }],
      });
      await server.crash();
      await server.restart();

      for (const action of ["status", "remove"]) {
        const ended = await webhooks(server, [action]);
        expect(ended).toMatchObject({ code: 6, stdout: "" });
        expect(ended.stderr).toContain(
          "Set MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY on the MLflow server",
        );
      }
    });
  },
);

describe.skipIf(!newest.ok)(title("webhooks of an MLflow 3.17.2 with basic auth", newest), () => {
  const admin = user("admin");
  const ann = user("ann");
  const server = suiteServer(
    { release: "3.17.2", env: callsWebhooks, auth: { ...admin, defaultPermission: "READ" } },
    (url) => new MlflowAdmin(url, admin).createUser(ann),
  );

  const as = ({ username, password }: MlflowUser) => ({
    MLFLOW_TRACKING_USERNAME: username,
    MLFLOW_TRACKING_PASSWORD: password,
  });

  it("are an administrator's to install", async () => {
    const route = await startWebhookRoute();
    const install = ["install", "--webhook-url", route.url + path];

    const refused = await webhooks(server, install, as(ann));
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain("MLflow does not permit");
    expect(await webhooks(server, install)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("asks for a credential and none was sent"),
    });

    expect(await webhooks(server, install, as(admin))).toMatchObject({ code: 0, stderr: "" });
    expect(await webhooks(server, ["remove"], as(admin))).toMatchObject({ code: 0, stderr: "" });
  });
});

const register = (workspace: string, name: string) => `
import mlflow
mlflow.set_workspace("${workspace}")
mlflow.genai.register_prompt(name="${name}", template="Hi")
`;

describe.skipIf(!newest.ok)(title("webhooks of an MLflow 3.17.2 with workspaces", newest), () => {
  const server = suiteServer({ release: "3.17.2", env: callsWebhooks, workspaces: true }, (url) =>
    rest(url, "POST", "/api/3.0/mlflow/workspaces", { name: "red" }),
  );

  it("belong to one workspace, and tell of its changes alone", async () => {
    const red = { "x-mlflow-workspace": "red" };
    const route = await startWebhookRoute();
    const install = ["install", "--webhook-url", route.url + path];
    const installed = await webhooks(server, install, { MLFLOW_WORKSPACE: "red" });
    expect(installed.stdout).toContain(`in MLflow at ${server.url}, workspace red.`);
    expect(await installedIn(server)).toEqual([]);
    expect(await installedIn(server, red)).toHaveLength(1);
    expect((await webhooks(server, ["status"])).code).toBe(1);
    expect(route.published.splice(0)).toMatchObject([["red", {}]]);

    await server.python(register("default", "elsewhere"));
    await server.python(register("red", "here"));

    // The tag is the experiment's.
    const told = (workspace: string, prompt: string) => [
      [workspace, { prompt, listed: true }],
      [workspace, { prompt, version: 1, listed: false }],
      [workspace, { prompt, listed: false }],
    ];
    await eventually(() => expect(route.published).toHaveLength(3));
    expect(route.published).toEqual(expect.arrayContaining(told("red", "here")));

    expect((await webhooks(server, install)).code).toBe(0);
    route.published.splice(0);
    await server.python(register("default", "elsewhere-too"));
    await eventually(() => expect(route.published).toHaveLength(3));
    expect(route.published).toEqual(expect.arrayContaining(told("default", "elsewhere-too")));
  });
});

describe.skipIf(!newest.ok)(title("an MLflow 3.17.2 that remembers webhooks", newest), () => {
  const server = suiteServer(
    {
      release: "3.17.2",
      env: { ...callsWebhooks, MLFLOW_WEBHOOK_CACHE_TTL: "60" },
      workspaces: true,
    },
    (url) => rest(url, "POST", "/api/3.0/mlflow/workspaces", { name: "red" }),
  );

  it("lends those of one workspace to all, as docs/hosting.md warns", async () => {
    const route = await startWebhookRoute();
    const install = ["install", "--webhook-url", route.url + path];
    expect((await webhooks(server, install, { MLFLOW_WORKSPACE: "red" })).code).toBe(0);
    route.published.splice(0);

    await server.python(register("red", "here"));
    await server.python(register("default", "elsewhere"));

    await eventually(() =>
      expect(route.published).toContainEqual(["red", { prompt: "elsewhere", listed: true }]),
    );
  });
});

/** Its events as the command lists them. */
function events([installed]: readonly InstalledWebhook[]): string | undefined {
  return installed?.events
    .map(({ entity, action }) => `${entity}.${action}`.toLowerCase())
    .join(", ");
}
