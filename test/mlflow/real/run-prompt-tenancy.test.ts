import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type FakeModel, startFakeModel } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { headersOf, MlflowAdmin, user } from "../../support/mlflow-users.ts";
import { createEndpoint, gatewayEnvironment } from "./gateway-endpoints.ts";
import { rest, suiteServer } from "./suite-server.ts";

const administrator = { username: "admin", password: "an administrator's password" };
const ann = { workspace: "red", user: user("ann") };
const bob = { workspace: "blue", user: user("bob") };
const tenants = [ann, bob];

const answer = z.object({
  result: z.object({
    isError: z.boolean().optional(),
    content: z.array(z.object({ text: z.string() })),
    structuredContent: z.object({ text: z.string(), trace_id: z.string() }).optional(),
  }),
});

const mlflow = await mlflowAvailable("3.17.2");
const suite = "run_prompt for two callers of an MLflow 3.17.2 with basic auth and workspaces";

describe.skipIf(!mlflow.ok)(title(suite, mlflow), () => {
  const auth = { ...administrator, defaultPermission: "NO_PERMISSIONS" } as const;
  const server = suiteServer({
    ...{ release: "3.17.2", workspaces: true, auth },
    env: gatewayEnvironment,
  });
  /** Behind the endpoint "chat" of each workspace. */
  const providers = new Map<string, FakeModel>();

  beforeAll(async () => {
    const admin = new MlflowAdmin(server.url, administrator);
    for (const { workspace, user } of tenants) {
      await admin.createUser(user);
      await admin.createWorkspace(workspace);
      await admin.join(user, workspace);
      const provider = await startFakeModel(() => `The answer of ${workspace}.`);
      providers.set(workspace, provider);
      const headers = { ...headersOf(administrator), "x-mlflow-workspace": workspace };
      const endpoint = await createEndpoint(server.url, "chat", provider, headers);
      const grant = {
        ...{ username: user.username, permission: "USE" },
        ...{ resource_type: "gateway_endpoint", resource_id: endpoint },
      };
      await rest(server.url, "POST", "/api/3.0/mlflow/users/permissions/grant", grant, headers);
    }
  });
  afterAll(async () => {
    await Promise.all([...providers.values()].map((provider) => provider.close()));
  });

  it("asks the gateway and stores traces with each caller's own credential and workspace", async () => {
    const { url } = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_MODELS: "chat",
    });
    const call = (who: typeof ann, name: string, args: object, workspace = who.workspace) =>
      postModern(
        `${url}/${workspace}`,
        "tools/call",
        { name, arguments: args },
        headersOf(who.user),
      );
    const run = (who: typeof ann, workspace?: string) =>
      call(who, "run_prompt", { name: "qa", variables: { question: "Why?" } }, workspace);
    for (const who of tenants) {
      const template = `Only ${who.workspace} asks {{ question }}`;
      await call(who, "register_prompt", { name: "qa", template });
    }

    const results = await Promise.all([ann, bob, ann, bob].map((who) => run(who)));
    const strangers = await Promise.all([run(ann, "blue"), run(bob, "red")]);

    const answered = results.map(({ message }) => answer.parse(message).result.structuredContent);
    expect(answered.map((one) => one?.text)).toEqual(
      ["red", "blue", "red", "blue"].map((workspace) => `The answer of ${workspace}.`),
    );
    for (const [workspace, { asked }] of providers) {
      const question = { role: "user", content: `Only ${workspace} asks Why?` };
      expect(asked.map(({ body }) => body.messages)).toEqual([[question], [question]]);
    }
    for (const { text } of strangers) expect(text).not.toMatch(/The answer of|Only \w+ asks/);

    const read = async (trace: string | undefined, who: typeof ann, workspace = who.workspace) => {
      const response = await fetch(`${server.url}/api/3.0/mlflow/traces/${trace}`, {
        headers: { ...headersOf(who.user), "x-mlflow-workspace": workspace },
      });
      return { status: response.status, text: await response.text() };
    };
    for (const [index, owner] of [ann, bob].entries()) {
      const other = owner === ann ? bob : ann;
      const trace = answered[index]?.trace_id;
      const own = await read(trace, owner);
      expect(own).toMatchObject({ status: 200 });
      expect(own.text).toMatch(new RegExp(`"mlflow.user": ?"${owner.user.username}"`));
      for (const workspace of [owner.workspace, other.workspace]) {
        const { status } = await read(trace, other, workspace);
        expect(status).toBeGreaterThanOrEqual(400);
      }
    }
  });
});
