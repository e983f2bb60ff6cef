import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Answered, postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { headersOf, user } from "../../support/mlflow-users.ts";
import { plantPrompt } from "../../support/planted-prompts.ts";
import {
  type Era,
  eras,
  knocksFor,
  listings,
  listingTool,
  type McpRequest,
  openRequests,
  readingTools,
  requestsFor,
  writingTools,
} from "../../support/surfaces.ts";
import { type SuiteServer, suiteServer } from "./suite-server.ts";
import {
  callerOf,
  everything,
  expectAnswer,
  expectNothingOf,
  expectRefusedByTool,
  greeting,
  red,
  shared,
  tenancyServer,
} from "./tenants.ts";

const everyEra = Object.entries(eras);
const ann = headersOf(red.owner);

/** What is refused at the next call, when every call reaches MLflow. */
const nothingRemembered = { MLFLOW_PROMPTS_CACHE_TTL: "0" };

const newest = await mlflowAvailable("3.17.2");

describe.skipIf(!newest.ok)(title("an MLflow 3.17.2 with users and workspaces", newest), () => {
  const server = tenancyServer();
  let users = 0;

  const get: McpRequest = {
    method: "prompts/get",
    params: { name: shared.name, arguments: { who: "Ada" } },
  };
  const list: McpRequest = { method: "prompts/list" };
  const load: McpRequest = {
    method: "tools/call",
    params: { name: "load_prompt", arguments: { name: shared.name } },
  };

  /** A new user of red to whom a prompt is shared, and who has asked for it in each era. */
  async function startWithUser(variables: Readonly<Record<string, string>> = nothingRemembered) {
    const eve = user(`eve-${++users}`);
    await server.admin.createUser(eve);
    await server.admin.join(eve, "red");
    await server.admin.grant(eve, shared, "READ");
    const { url } = await startService({ ...server.forwarding, ...variables });
    const at = `${url}/red`;
    const callers = await Promise.all(
      Object.values(eras).map((era) => callerOf(era, at, headersOf(eve))),
    );
    for (const caller of callers) {
      for (const request of [get, list, load]) {
        const answered = await caller(request);
        expectAnswer(answered, request.method);
        expect(answered.text).toContain(shared.marker);
      }
    }
    return { at, eve, callers };
  }

  it("refuses a user who was deleted at the next call: 401", async () => {
    const { eve, callers } = await startWithUser();

    await server.admin.deleteUser(eve);

    for (const caller of callers) {
      for (const request of [get, list, load]) {
        const answered = await caller(request);
        expect(answered.status, request.method).toBe(401);
        expect(answered.headers.get("www-authenticate")).toContain("Basic");
        expect(answered.text).toContain("does not accept the credential");
        expectNothingOf([shared.marker], answered, request.method);
      }
    }
  });

  it("refuses a user who was deleted within the time that answers are remembered", async () => {
    const { eve, callers } = await startWithUser({ MLFLOW_PROMPTS_CACHE_TTL: "1" });

    await server.admin.deleteUser(eve);

    for (const caller of callers) {
      for (const request of [get, list, load]) {
        await eventually(async () => {
          expect((await caller(request)).status, request.method).toBe(401);
        });
      }
    }
  });

  it("refuses a password that was changed at the next call: 401", async () => {
    const { at, eve, callers } = await startWithUser();

    await server.admin.changePassword(eve, "a better one");

    for (const caller of callers) {
      for (const request of [get, list, load]) {
        expect((await caller(request)).status, request.method).toBe(401);
      }
    }
    const renewed = headersOf({ ...eve, password: "a better one" });
    expectAnswer(await postModern(at, "prompts/list", {}, renewed), "with the new password");
  });

  it("refuses a prompt that may no longer be read at the next call: 403", async () => {
    const { eve, callers } = await startWithUser();

    await server.admin.revoke(eve, shared);

    for (const caller of callers) {
      const got = await caller(get);
      expect(got.status).toBe(403);
      expect(got.message?.error?.message).toContain("Permission denied");
      expectRefusedByTool(await caller(load), "load_prompt");
      expectAnswer(await caller(list), "prompts/list");
    }
  });

  it("refuses a workspace that may no longer be used at the next call: 403", async () => {
    const { eve, callers } = await startWithUser();

    await server.admin.revoke(eve, shared);
    await server.admin.leave(eve, "red");

    for (const caller of callers) {
      for (const [what, request] of Object.entries({ get, ...listings })) {
        const answered = await caller(request);
        expect(answered.status, what).toBe(403);
        expectNothingOf([shared.marker, red.marker], answered, what);
      }
      expectRefusedByTool(await caller(load), "load_prompt");
      const listed = await caller({ method: "tools/call", params: { name: "list_prompts" } });
      expect(listed.message?.result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('no access to workspace "red"') }],
      });
    }
  });

  it.each(everyEra)("has no workspace that there is not: 404, naming it, in %s", async (_, era) => {
    const answers = await askForWorkspace("green", era, server.forwarding);

    for (const { what, status, message } of answers) {
      expect(status, what).toBe(404);
      expect(message?.error?.message, what).toContain('no workspace named "green"');
    }
  });
});

for (const release of ["3.8.1", "3.10.1"] as const) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title(`an MLflow ${release} without workspaces`, mlflow), () => {
    refusesWorkspaces(suiteServer({ release }));
  });
}

describe.skipIf(!newest.ok)(title("an MLflow 3.17.2 without workspaces", newest), () => {
  const server = suiteServer({ release: "3.17.2" }, () =>
    plantPrompt(server.client.registry(), greeting, red.marker),
  );

  refusesWorkspaces(server);

  it("fails calls at once while it is down, and serves them when it is back", async () => {
    const { url } = await startService({ ...forwardingTo(server.url), ...nothingRemembered });
    const at = (path: string) => fetch(new URL(path, url));
    const callers = await Promise.all(Object.values(eras).map((era) => callerOf(era, url, ann)));
    const get: McpRequest = {
      method: "prompts/get",
      params: { name: greeting, arguments: { who: "Ada" } },
    };
    for (const caller of callers) expect((await caller(get)).text).toContain(red.marker);

    await server.crash();

    const [first] = callers;
    expect((await first?.(get))?.message?.error?.message).toContain("cannot be reached");
    const sent = await requestsWithoutAnswer(url);
    expect(sent).toBeGreaterThan(0);
    const needing = {
      ...listings,
      ...listingTool,
      ...requestsFor(greeting),
      ...readingTools(greeting),
      ...writingTools(greeting),
    };
    // Who calls for the first time is told nothing else.
    const stranger = await callerOf(eras["2026-07-28"], url, headersOf(user("zoe")));
    for (const caller of [...callers, stranger]) {
      for (const [what, request] of Object.entries(needing)) {
        const { text } = await caller(request);
        expect(text, what).toMatch(/has not answered for .* so nothing was sent/);
      }
      for (const [what, request] of Object.entries(openRequests)) {
        expectAnswer(await caller(request), what);
      }
    }
    expect(await requestsWithoutAnswer(url)).toBe(sent);
    expect((await at("/readyz")).status).toBe(503);
    expect((await at("/healthz")).status).toBe(200);

    await server.restart();

    await eventually(async () => expect((await at("/readyz")).status).toBe(200));
    for (const caller of callers) expect((await caller(get)).text).toContain(red.marker);
  });
});

function refusesWorkspaces(server: SuiteServer): void {
  it.each(everyEra)("refuses every request for one: 400, saying so, in %s", async (_, era) => {
    const answers = await askForWorkspace("red", era, forwardingTo(server.url));

    for (const { what, status, message } of answers) {
      expect(status, what).toBe(400);
      expect(message?.error?.message, what).toMatch(/"red".*has no workspaces/);
    }
  });
}

function forwardingTo(url: string): Readonly<Record<string, string>> {
  return { MLFLOW_TRACKING_URI: url, MLFLOW_PROMPTS_AUTH: "forward" };
}

/** Every request there is, for a workspace by path and by header. */
async function askForWorkspace(
  workspace: string,
  era: Era,
  variables: Readonly<Record<string, string>>,
): Promise<readonly (Answered & { readonly what: string })[]> {
  const { url } = await startService(variables);
  const named = { ...ann, "x-mlflow-workspace": workspace };
  const requests = Object.entries({ ...everything(era), ...knocksFor(greeting) });
  const asking = requests.flatMap(([what, request]) => [
    era.ask(`${url}/${workspace}`, request, ann).then((answered) => ({ ...answered, what })),
    era.ask(url, request, named).then((answered) => ({ ...answered, what })),
  ]);
  return Promise.all(asking);
}

/** How many requests to MLflow were sent and not answered. */
async function requestsWithoutAnswer(url: string): Promise<number> {
  const metrics = await (await fetch(new URL("/metrics", url))).text();
  const counts = metrics.matchAll(
    /^mlflow_prompts_upstream_requests_total\{.*"no_answer"\} (\d+)$/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
