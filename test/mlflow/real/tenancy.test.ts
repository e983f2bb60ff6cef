import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { eventually } from "../../support/eventually.ts";
import { openSession, post, postModern, rpc, startService } from "../../support/http-service.ts";
import { listeningClients } from "../../support/listening-clients.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { headersOf, user } from "../../support/mlflow-users.ts";
import { isolated, startHttp } from "../../support/program.ts";
import { oneOf, randomNumbers } from "../../support/random.ts";
import {
  copyingTool,
  eras,
  knocksFor,
  listings,
  listingTool,
  type McpRequest,
  openRequests,
  otherTools,
  pick,
  quietTools,
  readingTools,
  requestsFor,
  silentRequestsFor,
  writingTools,
} from "../../support/surfaces.ts";
import {
  blue,
  callerOf,
  carl,
  diary,
  dora,
  everything,
  expectAnswer,
  expectNothingOf,
  expectRefusedByTool,
  greeting,
  notes,
  pairs,
  red,
  shared,
  type Tenant,
  tenancyServer,
} from "./tenants.ts";

const everyEra = Object.entries(eras);
const everyEraAndTenant = everyEra.flatMap(([name, era]) =>
  pairs.map(({ tenant, other }) => ({ name, era, tenant, other, workspace: tenant.workspace })),
);

/** What callers do at once: reads, and writes that any number may make once they were made. */
const busyReads = {
  ...listings,
  ...listingTool,
  ...requestsFor(greeting),
  ...readingTools(greeting),
};
const busyWrites = pick(
  writingTools("busy"),
  "register_prompt",
  "set_prompt_alias",
  "update_prompt",
);
const busyRequests = Object.entries({ ...busyReads, ...busyWrites });
const callsOfEach = 10;

const namedTools = z.object({ tools: z.array(z.object({ name: z.string() })) });

const mlflow = await mlflowAvailable("3.17.2");
const suite = "two tenants of an MLflow 3.17.2 with basic auth and workspaces";

describe.skipIf(!mlflow.ok)(title(suite, mlflow), () => {
  const server = tenancyServer();

  describe("an owner", () => {
    it.each(everyEraAndTenant)(
      "is shown what is in $workspace on every surface, in $name",
      async ({ era, tenant, other }) => {
        const { url, logged } = await startService(server.forwarding);
        const caller = await callerOf(era, `${url}/${tenant.workspace}`, headersOf(tenant.owner));

        const one = { ...requestsFor(greeting), ...readingTools(greeting) };
        for (const [what, request] of Object.entries({ ...listings, ...listingTool, ...one })) {
          const answered = await caller(request);
          expectAnswer(answered, what);
          expect(answered.text, what).toContain(tenant.marker);
          expectNothingOf([other.marker, diary.marker], answered, what);
        }
        const silent = { ...openRequests, ...silentRequestsFor(greeting, era), ...otherTools };
        for (const [what, request] of Object.entries({ ...silent, ...writingTools("scratch") })) {
          const answered = await caller(request);
          expectAnswer(answered, what);
          expectNothingOf([other.marker, diary.marker], answered, what);
        }

        const metrics = await (await fetch(new URL("/metrics", url))).text();
        expect(metrics).not.toMatch(/crimson|azure|greeting/);
        expect(JSON.stringify(logged)).not.toMatch(/crimson|azure|knows it/);
      },
    );

    it("names its workspace in the path, in the header, or in both", async () => {
      const { url } = await startService(server.forwarding);
      const get = rpc("prompts/get", { name: greeting, arguments: { who: "Ada" } });

      for (const { workspace, owner, marker } of [red, blue]) {
        const named = { ...headersOf(owner), "x-mlflow-workspace": workspace };
        const answers = [
          await post(`${url}/${workspace}`, get, headersOf(owner)),
          await post(url, get, named),
          await post(`${url}/${workspace}`, get, named),
        ];
        for (const { text } of answers) expect(text).toContain(marker);
      }
    });

    it("is offered no tool that is not looked at here", async () => {
      const { url } = await startService(server.forwarding);

      const { message } = await post(`${url}/red`, rpc("tools/list"), headersOf(red.owner));

      const one = {
        ...readingTools(greeting),
        ...writingTools(greeting),
        ...copyingTool(greeting),
        ...pick(quietTools(greeting), "suggest_improvements"),
      };
      const tools = Object.keys({ ...listingTool, ...one, ...otherTools });
      const { tools: offered } = namedTools.parse(message?.result);
      expect(offered.map(({ name }) => name).toSorted()).toEqual(tools.toSorted());
    });
  });

  describe("a stranger", () => {
    it.each(everyEraAndTenant)(
      "gets nothing of what is in $workspace on any surface, in $name",
      async ({ era, tenant, other }) => {
        const { url } = await startService(server.forwarding);
        const at = `${url}/${tenant.workspace}`;
        const before = await server.contents(tenant.workspace);
        // Where there are sessions, every stranger has got hold of the id of one of the owner's.
        const stolen = await era.open(at, headersOf(tenant.owner));
        const named = { "x-mlflow-workspace": tenant.workspace };
        const theirs = headersOf(other.owner);
        const guessed = headersOf({ ...tenant.owner, password: other.owner.password });
        const strangers = {
          "the other's user, by path": { at, headers: theirs, status: 403 },
          "the other's user, by header": { at: url, headers: { ...theirs, ...named }, status: 403 },
          "the other's user, by header from its own workspace": {
            at: `${url}/${other.workspace}`,
            headers: { ...theirs, ...named },
            status: 400,
          },
          "somebody without a credential": { at, headers: {}, status: 401 },
          "somebody who guesses a password": { at, headers: guessed, status: 401 },
          "a user that there is not": { at, headers: headersOf(user("zoe")), status: 401 },
        };

        const requests = Object.entries({ ...everything(era), ...knocksFor(greeting) });
        for (const [who, stranger] of Object.entries(strangers)) {
          const headers = { ...stranger.headers, ...stolen };
          const asking = requests.map(async ([what, request]) => {
            const answered = await era.ask(stranger.at, request, headers);
            expect(answered.status, `${who}: ${what}`).toBe(stranger.status);
            expectNothingOf([tenant.marker], answered, `${who}: ${what}`);
          });
          await Promise.all(asking);
        }

        expect(await server.contents(tenant.workspace)).toEqual(before);
      },
    );

    it("gets nothing of a session whose id it has, and cannot end it", async () => {
      const { url } = await startService(server.forwarding);
      const session = await openSession(`${url}/red`, headersOf(red.owner));
      const own = await openSession(`${url}/blue`, headersOf(blue.owner));
      await server.admin.join(red.owner, "blue");
      onTestFinished(() => server.admin.leave(red.owner, "blue"));
      const thieves = [
        { who: "the other's user", at: `${url}/red`, thief: blue.owner, status: 403 },
        { who: "the same, where it may be", at: `${url}/blue`, thief: blue.owner, status: 404 },
        { who: "another user of the workspace", at: `${url}/red`, thief: carl, status: 404 },
        { who: "the owner, elsewhere", at: `${url}/blue`, thief: red.owner, status: 404 },
        { who: "the owner, nowhere in particular", at: url, thief: red.owner, status: 404 },
      ];

      for (const { who, at, thief, status } of thieves) {
        const headers = { ...headersOf(thief), ...session };
        const listed = await post(at, rpc("prompts/list"), headers);
        const stream = await fetch(at, { headers: { ...headers, accept: "text/event-stream" } });
        const ended = await fetch(at, { method: "DELETE", headers });
        expect([listed.status, stream.status, ended.status], who).toEqual([status, status, status]);
      }
      // Events are named after their session.
      const missed = {
        accept: "text/event-stream",
        "last-event-id": `${session["mcp-session-id"]}/1`,
      };
      const headers = { ...headersOf(blue.owner), ...own, ...missed };
      expect((await fetch(`${url}/blue`, { headers })).status).toBe(400);

      const owner = { ...headersOf(red.owner), ...session };
      expectAnswer(await post(`${url}/red`, rpc("prompts/list"), owner), "the owner's next call");
    });

    it("is in MLflow's default workspace when it names none, and sees nothing of the others", async () => {
      const { url } = await startService(server.forwarding);
      const era = eras["2026-07-28"];
      const caller = await callerOf(era, url, headersOf(red.owner));

      for (const [what, request] of Object.entries(everything(era))) {
        expectNothingOf([red.marker, blue.marker], await caller(request), what);
      }
      const got = await caller({ method: "prompts/get", params: { name: greeting } });
      const listed = await caller({ method: "prompts/list" });

      expect(got.status).toBe(403);
      // As MLflow lists it to those who have no part in it: which one it is, it does not tell.
      expect(listed.message?.result).toMatchObject({ prompts: [] });
      const named = await postModern(`${url}/default`, "prompts/list", {}, headersOf(red.owner));
      expect(named.status).toBe(403);
    });
  });

  describe("a user of the workspace", () => {
    it.each(everyEra)("gets nothing of a prompt that is denied to it, in %s", async (_, era) => {
      const { url } = await startService(server.forwarding);
      const caller = await callerOf(era, `${url}/red`, headersOf(red.owner));
      const before = await server.contents("red");

      const allowed = { ...listings, ...listingTool, ...otherTools };
      for (const [what, request] of Object.entries(allowed)) {
        const answered = await caller(request);
        expectAnswer(answered, what);
        expectNothingOf([diary.marker, diary.name], answered, what);
      }
      const asked = { ...requestsFor(diary.name), ...silentRequestsFor(diary.name, era) };
      for (const [what, request] of Object.entries(asked)) {
        const answered = await caller(request);
        expect(answered.status, what).toBe(403);
        expect(answered.message?.error?.message, what).toContain("Permission denied");
        expectNothingOf([diary.marker], answered, what);
      }
      const tools = {
        ...readingTools(diary.name),
        ...quietTools(diary.name),
        ...writingTools(diary.name),
        ...copyingTool(diary.name),
      };
      for (const [what, request] of Object.entries(tools)) {
        const answered = await caller(request);
        expectRefusedByTool(answered, what);
        expectNothingOf([diary.marker], answered, what);
      }

      expect(await server.contents("red")).toEqual(before);
    });

    it.each(everyEra)(
      "reads what it may read, and changes nothing of it, in %s",
      async (_, era) => {
        const { url } = await startService(server.forwarding);
        const caller = await callerOf(era, `${url}/red`, headersOf(red.owner));
        const before = await server.contents("red");

        const reading = { ...requestsFor(shared.name), ...readingTools(shared.name) };
        for (const [what, request] of Object.entries(reading)) {
          const answered = await caller(request);
          expectAnswer(answered, what);
          expect(answered.text, what).toContain(shared.marker);
        }
        for (const [what, request] of Object.entries(writingTools(shared.name, 2))) {
          expectRefusedByTool(await caller(request), what);
        }

        expect(await server.contents("red")).toEqual(before);
      },
    );

    it("is listed what MLflow lists, which is more than it may read", async () => {
      const { url } = await startService(server.forwarding);
      const caller = await callerOf(eras["2026-07-28"], `${url}/red`, headersOf(red.owner));

      const listed = await caller({ method: "resources/list" });
      const got = await caller({ method: "prompts/get", params: { name: notes.name } });

      // Everything in the workspace but what is denied (3.17.2).
      expect(listed.text).toContain(notes.marker);
      expect(got.status).toBe(403);
    });

    it.each(everyEra)("is refused it although lists have just shown it, in %s", async (_, era) => {
      const { url } = await startService({ ...server.forwarding, MLFLOW_PROMPTS_SERVE: "latest" });
      const caller = await callerOf(era, `${url}/red`, headersOf(red.owner));
      const list = { method: "prompts/list" };
      const requests = { ...requestsFor(notes.name), ...readingTools(notes.name) };

      for (const [what, request] of Object.entries(requests)) {
        // A refusal drops what was listed before, so it is listed again for each.
        expect((await caller(list)).text).toContain(`"${notes.name}"`);
        const answered = await caller(request);
        expectNothingOf([notes.marker], answered, what);
        expect(answered.text, what).toContain("Permission denied");
      }
    });
  });

  it("shows a guest of the workspace the one prompt that it may read", async () => {
    const { url } = await startService(server.forwarding);
    const caller = await callerOf(eras["2026-07-28"], `${url}/red`, headersOf(dora));

    const listed = await caller({ method: "prompts/list" });
    const search = { name: "list_prompts", arguments: { name: greeting } };
    const found = await caller({ method: "tools/call", params: search });
    const got = await caller({ method: "prompts/get", params: { name: greeting } });

    expect(listed.message?.result).toMatchObject({ prompts: [{ name: shared.name }] });
    expectNothingOf([red.marker, diary.marker, notes.marker], listed, "prompts/list");
    expect(found.message?.result).toMatchObject({ structuredContent: { prompts: [] } });
    expect(got.status).toBe(403);
  });

  describe("changes", () => {
    it.each(Object.entries(listeningClients))(
      "are told in their workspace and nowhere else, in %s",
      async (_, listen) => {
        const uri = `prompts:/${greeting}`;
        for (const { tenant, other } of pairs) {
          const { url } = await startService(server.forwarding);
          const listenTo = ({ workspace, owner }: Tenant) =>
            listen(`${url}/${workspace}`, headersOf(owner), [uri]);
          const heard = await listenTo(tenant);
          const heardByOther = await listenTo(other);

          await callAll(url, tenant, {
            ...pick(writingTools(greeting), "update_prompt"),
            ...pick(writingTools("one"), "register_prompt", "delete_prompt"),
          });
          const told = ["prompts", "resources", uri];
          await eventually(() => expect(new Set(heard)).toEqual(new Set(told)));

          // What came across would be there before what the own workspace tells.
          await callAll(url, other, pick(writingTools(greeting), "update_prompt"));
          await eventually(() => expect(heardByOther).toEqual(["prompts", uri]));
        }
      },
    );

    it("of a prompt that is denied to a user are not told to it", async () => {
      const { url } = await startService(server.forwarding);
      const [closed, open] = [`prompts:/${diary.name}`, `prompts:/${shared.name}`];
      const listen = listeningClients["2026-07-28"];
      const heard = await listen(`${url}/red`, headersOf(red.owner), [closed, open]);

      for (const { name } of [diary, shared]) {
        await callAll(url, { ...red, owner: carl }, pick(writingTools(name), "update_prompt"));
      }

      await eventually(() => expect(heard).toEqual(["prompts", "prompts", open]));
    });
  });

  it("keeps 64 callers apart who call at once", async () => {
    // What a run printed, to have it again.
    const seed = Number(process.env.MLFLOW_PROMPTS_TEST_SEED || Date.now() % 1_000_000);
    const { url } = await startHttp(isolated(server.forwarding).environment);
    for (const tenant of [red, blue]) await callAll(url, tenant, busyWrites);
    const kinds = everyEraAndTenant.flatMap((place) => [
      { ...place, caller: place.tenant.owner, isOwner: true },
      { ...place, caller: place.other.owner, isOwner: false },
    ]);

    async function callSome(random: () => number): Promise<void> {
      const { name, era, tenant, other, caller, isOwner } = oneOf(kinds, random);
      const at = `${url}/${tenant.workspace}`;
      // Who is not the owner has the id of one of the owner's sessions.
      const session = await era.open(at, headersOf(tenant.owner));
      const headers = { ...headersOf(caller), ...session };
      for (let count = 0; count < callsOfEach; count++) {
        const [what, request] = oneOf(busyRequests, random);
        const answered = await era.ask(at, request, headers);
        const call = `${what} by ${caller.username} in ${tenant.workspace}, ${name}, seed ${seed}`;
        expectNothingOf([other.marker], answered, call);
        if (isOwner) {
          expectAnswer(answered, call);
          if (what in busyReads) expect(answered.text, call).toContain(tenant.marker);
        } else {
          expect(answered.status, call).toBe(403);
          expectNothingOf([tenant.marker], answered, call);
        }
      }
    }
    const callers = Array.from({ length: 64 }, (_, index) => callSome(randomNumbers(seed + index)));
    await Promise.all(callers);

    process.stderr.write(`64 callers, ${64 * callsOfEach} calls, no crossing, seed ${seed}\n`);
  });
});

/** Calls that the owner of a workspace makes in it. */
async function callAll(
  url: string,
  { workspace, owner }: Tenant,
  requests: Readonly<Record<string, McpRequest>>,
): Promise<void> {
  for (const [what, { method, params }] of Object.entries(requests)) {
    expectAnswer(await postModern(`${url}/${workspace}`, method, params, headersOf(owner)), what);
  }
}
