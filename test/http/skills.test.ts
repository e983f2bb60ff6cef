import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Arrived, type Stub, startStub } from "../mlflow/stub.ts";
import { missingModel, model, routes, version } from "../mlflow/wire-data.ts";
import { startService } from "../support/http-service.ts";

const tags = { "mcp.skill": "true" };
const eras = ["legacy", "modern"] as const;

/** Who may read what where. */
const prompts: Readonly<Record<string, readonly string[]>> = {
  "Bearer ann in red": ["red-for-ann"],
  "Bearer ann in blue": ["blue-for-ann"],
  "Bearer bob in red": ["red-for-bob"],
};

function served({ headers }: Arrived): readonly string[] {
  return prompts[`${headers.authorization} in ${headers["x-mlflow-workspace"]}`] ?? [];
}

/** MLflow with workspaces, in which each caller sees other prompts. Each prompt is a skill. */
async function startTenants(): Promise<{ readonly mlflow: Stub; readonly url: string }> {
  const mlflow = await startStub();
  const toModel = (name: string) => model(name, { tags, latest: [version(name, 1)] });
  mlflow.on(routes.info, { json: { workspaces_enabled: true } });
  mlflow.on(routes.release, { text: "3.17.2" });
  mlflow.on(routes.workspaces, { json: { workspaces: [{ name: "red" }, { name: "blue" }] } });
  mlflow.on(routes.searchModels, (request) => ({
    json: { registered_models: served(request).map(toModel) },
  }));
  mlflow.on(routes.getModel, (request) => {
    const { name = "" } = request.query;
    return served(request).includes(name)
      ? { json: { registered_model: toModel(name) } }
      : missingModel(name);
  });
  const { url } = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
  });
  return { mlflow, url };
}

async function skillsAt(url: string, token: string, era: (typeof eras)[number]) {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    era === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  onTestFinished(() => client.close());
  return new SkillsClient(client);
}

describe.each(eras)("over HTTP, %s era", (era) => {
  it("a session has the skills of its workspace and credential alone", async () => {
    const { url } = await startTenants();
    const tenants = [
      ["ann", "red", "red-for-ann"],
      ["ann", "blue", "blue-for-ann"],
      ["bob", "red", "red-for-bob"],
    ] as const;

    for (const [token, workspace, prompt] of tenants) {
      const skills = await skillsAt(`${url}/${workspace}`, token, era);
      const { skills: entries } = await skills.list();
      expect(entries.map(({ frontmatter }) => frontmatter.name)).toEqual([prompt]);
      expect(entries[0]?._meta).toMatchObject({ workspace });
      const others = tenants.map(([, , name]) => name).filter((name) => name !== prompt);
      for (const other of others) {
        await expect(skills.get(`skill://prompts/${other}/SKILL.md`)).rejects.toMatchObject({
          code: -32_602,
        });
      }
    }
  });

  it("MLflow is asked for the tagged prompts, once for each caller", async () => {
    const { url, mlflow } = await startTenants();
    const [ann, again, bob] = [
      await skillsAt(`${url}/red`, "ann", era),
      await skillsAt(`${url}/red`, "ann", era),
      await skillsAt(`${url}/red`, "bob", era),
    ];
    const searches = () => mlflow.arrived.filter(({ route }) => route === routes.searchModels);
    const before = searches().length;

    await ann.list();
    await again.list();
    await bob.list();

    const made = searches().slice(before);
    expect(made.map(({ headers }) => headers.authorization)).toEqual(["Bearer ann", "Bearer bob"]);
    for (const { query } of made) {
      expect(query).toMatchObject({
        filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND tags.`mcp.skill` = 'true'",
        max_results: "100",
      });
    }
  });
});
