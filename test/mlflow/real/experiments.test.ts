import { describe, expect, it } from "vitest";
import { clients } from "../../support/clients.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { suiteServer } from "./suite-server.ts";

const releases: readonly Release[] = ["3.8.1", "3.17.2"];

const connections = [
  "the v1 client over stdio",
  "the v1 client over HTTP",
] as const satisfies readonly (keyof typeof clients)[];

for (const release of releases) {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title(`the experiments of MLflow ${release}`, mlflow), () => {
    const server = suiteServer({ release });

    /** The names that MLflow's UI and its client find for the page of an experiment. */
    async function onPage(id: string): Promise<readonly string[]> {
      const out = await server.python(`
import json, mlflow
print(json.dumps(sorted(p.name for p in mlflow.MlflowClient().search_prompts(filter_string='experiment_id = "${id}"'))))
`);
      return JSON.parse(out.trim().split("\n").at(-1) ?? "");
    }

    it.each(connections)("have the prompts that are registered by %s", async (connection) => {
      const name = connection.replaceAll(" ", "-");
      const out = await server.python(`
import mlflow, os, threading
other = mlflow.MlflowClient().create_experiment("${name}")
os.environ["MLFLOW_EXPERIMENT_ID"] = other
mlflow.genai.register_prompt(name="${name}", template="Of another experiment")
for thread in threading.enumerate():
    if thread.name.startswith("link_prompt"):
        thread.join()
print(other)
`);
      const other = out.trim().split("\n").at(-1) ?? "";
      const client = await clients[connection]?.({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_EXPERIMENT_ID: "12",
      });

      for (const template of ["One", "Two"]) {
        const args = { name: `${name}-new`, template, base_version: template === "One" ? 0 : 1 };
        await client?.callTool({ name: "register_prompt", arguments: args });
      }
      const args = { name, template: "Of both", base_version: 1 };
      const answer = await client?.callTool({ name: "register_prompt", arguments: args });

      expect(answer).toMatchObject({ structuredContent: { registered: true, version: 2 } });
      expect(answer).not.toHaveProperty("structuredContent.warnings");
      expect(await onPage("12")).toEqual(expect.arrayContaining([name, `${name}-new`]));
      expect(await onPage(other)).toEqual([name]);
    });
  });
}
