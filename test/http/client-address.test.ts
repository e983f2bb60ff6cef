import { describe, expect, it } from "vitest";
import { maskAddresses } from "../../src/registry/text/mask-addresses.ts";
import { type Reply, startStub } from "../mlflow/stub.ts";
import { routes } from "../mlflow/wire-data.ts";
import { type Answered, post, postModern, rpc, startService } from "../support/http-service.ts";

const ann = { authorization: "Bearer ann" };
const inside =
  /127\.0\.0\.1|localhost|:\d{4,5}|10\.1\.2\.3|db\.internal|5432|sso\.internal|secret-prefix|api\/2\.0/;

/** Every way in which a caller is shown what MLflow answers. */
async function everyAnswer(url: string): Promise<readonly Answered[]> {
  const tool = (name: string, args: object) => rpc("tools/call", { name, arguments: args });
  return [
    await post(url, rpc("prompts/list"), ann),
    await postModern(url, "prompts/list", {}, ann),
    await post(url, rpc("prompts/get", { name: "x" }), ann),
    await postModern(url, "prompts/get", { name: "x" }, ann),
    await post(url, rpc("resources/read", { uri: "prompts:/x" }), ann),
    await post(url, tool("load_prompt", { name: "x" }), ann),
    await post(url, tool("register_prompt", { name: "x", template: "y" }), ann),
    await post(url, tool("describe_registry", {}), ann),
  ];
}

/** The headers without the random one, in which any digits may be. */
function textOf(headers: Headers): string {
  return JSON.stringify([...headers].filter(([name]) => name !== "x-request-id"));
}

/** A service before an MLflow that lets ann in and answers everything else with `reply`. */
async function scene(reply: Reply, uri = (url: string) => url) {
  const mlflow = await startStub();
  mlflow.on(routes.searchModels, { json: {} });
  const service = await startService({
    MLFLOW_TRACKING_URI: uri(mlflow.url),
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_PROMPTS_SERVE: "latest",
    MLFLOW_PROMPTS_CACHE_TTL: "0",
    MLFLOW_PROMPTS_CACHE_OUTAGE: "0",
  });
  await post(service.url, rpc("ping"), ann);
  for (const route of Object.values(routes)) {
    if (route !== routes.health) mlflow.on(route, reply);
  }
  return { mlflow, ...service };
}

describe("addresses inside the network do not reach callers over HTTP, when MLflow", () => {
  const database =
    '(psycopg2.OperationalError) connection to server at "db.internal" (10.1.2.3), port 5432 failed';
  it.each<[string, Reply]>([
    ["refuses the credential", { status: 401, text: "no" }],
    ["forbids", { status: 403, text: "RBAC of 10.1.2.3:15000: access denied" }],
    [
      "has a database that refuses",
      { status: 400, json: { error_code: "BAD_REQUEST", message: database } },
    ],
    ["fails", { status: 500, json: { error_code: "INTERNAL_ERROR", message: database } }],
    ["is a proxy that knows a host", { status: 403, text: "RBAC of db.internal:15000: denied" }],
    ["is a proxy that fails", { status: 502, text: "upstream connect error: 10.1.2.3:5000" }],
    ["is a proxy that refuses", { status: 400, text: "no route to http://db.internal:5000" }],
    [
      "refuses",
      {
        status: 400,
        json: { error_code: "INVALID_PARAMETER_VALUE", message: "see http://10.1.2.3:5000/x" },
      },
    ],
    [
      "is busy",
      { status: 429, json: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "by 10.1.2.3" } },
    ],
    ["redirects", { status: 302, headers: { location: "https://sso.internal:8443/login" } }],
    ["answers another page", { text: "<html>sso.internal</html>" }],
    ["answers no JSON", { text: "moved to 10.1.2.3" }],
    ["has no API there", { status: 404, text: "nothing at 10.1.2.3" }],
    ["hangs up", { raw: (response) => response.destroy() }],
  ])("%s", async (_, reply) => {
    const { url } = await scene(reply);

    for (const { text, headers } of await everyAnswer(url)) {
      expect(text).not.toMatch(inside);
      expect(textOf(headers)).not.toMatch(inside);
    }
  });

  it("is away", async () => {
    const { url, mlflow, logged } = await scene({ json: {} });
    await mlflow.stop();

    const answers = await everyAnswer(url);
    const ready = await (await fetch(new URL("/readyz", url))).text();

    for (const { text } of answers) expect(text).not.toMatch(inside);
    expect(answers.map(({ text }) => text).join()).toContain("MLflow cannot be reached");
    expect(ready).not.toMatch(inside);
    const lines = logged.filter(({ message }) => message === "mlflow");
    expect(JSON.stringify(lines)).toContain(`MLflow at ${mlflow.url} cannot be reached`);
  });

  it("describes itself", async () => {
    const { url, mlflow } = await scene({ json: {} });
    mlflow.on(routes.release, { text: "3.17.2" });

    const call = rpc("tools/call", { name: "describe_registry", arguments: {} });
    const described = await post(url, call, ann);

    expect(described.text).toContain("MLflow server, MLflow 3.17.2");
    expect(described.text).not.toMatch(inside);
  });
});

describe("the operator is told in the log", () => {
  it("what MLflow says of its own failure", async () => {
    const message = 'connection to server at "db.internal" failed';
    const { url, mlflow, logged } = await scene({
      status: 500,
      json: { error_code: "INTERNAL_ERROR", message },
    });

    const [listed] = await everyAnswer(url);

    expect(listed?.text).toContain("status 500: INTERNAL_ERROR.");
    const lines = logged.filter((line) => line.message === "mlflow");
    expect(lines[0]).toMatchObject({
      level: "error",
      error: `GET ${mlflow.url}/api/2.0/mlflow/registered-models/search: ${message}`,
    });
  });
});

describe("a text of others", () => {
  it.each([
    ["connect ECONNREFUSED 10.1.2.3:5432", "connect ECONNREFUSED [address]"],
    ["at [fd00::1]:443 and ::", "at [address] and ::"],
    ["see https://a.internal/b?c=d.", "see [address]"],
    ["release 3.17.2, version 1.2.3.4.5", "release 3.17.2, version [address].5"],
    ["upstream db.internal:5432: reset", "upstream [address] reset"],
    ['server at "db.internal" (10.1.2.3), port 5432', "[address] ([address]), [address]"],
    ['could not translate host name "db"', "could not translate [address]"],
    [
      "nothing of it: version:3 name='a:1' 10:30:15",
      "nothing of it: version:3 name='a:1' 10:30:15",
    ],
    ["nothing of it: 10:30 [1] a/b", "nothing of it: 10:30 [1] a/b"],
  ])("%s", (text, shown) => {
    expect(maskAddresses(text)).toBe(shown);
  });
});
