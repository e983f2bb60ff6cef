import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckedRegistry } from "../../../src/registry/checked-registry.ts";
import { callTool } from "../../support/call-tool.ts";
import { connect, sessionOf, text } from "../../support/embedded-session.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { modelsAt } from "../../support/models.ts";
import { isolated, run } from "../../support/program.ts";
import { suiteServer } from "./suite-server.ts";

/** What MLflow's client finds of a dataset. */
const readDataset = (name: string) => `
import json
from mlflow.genai.datasets import search_datasets
[found] = search_datasets(filter_string="name = '${name}'")
print(json.dumps({
    "prompt": found.tags["mcp.prompt"],
    "rows": sorted(
        [[r["inputs"], r["expectations"]] for r in found.to_df().to_dict("records")], key=str
    ),
}))
`;

for (const release of ["3.8.1", "3.17.2"] satisfies Release[]) {
  const mlflow = await mlflowAvailable(release);

  describe.skipIf(!mlflow.ok)(title(`datasets on MLflow ${release}`, mlflow), () => {
    const server = suiteServer({ release });

    it("get the rows of a file and of traces, as MLflow's client reads them", async () => {
      const registry = new CheckedRegistry(server.client.registry());
      const evaluations = server.client.evaluations();
      await registry.registerVersion("qa", text("Answer: {{ question }}"));
      const { home, environment } = isolated({ MLFLOW_TRACKING_URI: server.url });
      const file = join(home, "rows.jsonl");
      const first = { inputs: { question: "Why?" }, expectations: { expected_response: "So." } };
      const second = { inputs: { question: 'Wo\'s 1.0 "é"?', depth: 2 } };
      writeFileSync(file, `${JSON.stringify(first)}\n\n${JSON.stringify(second)}\n`);
      const words = ["add-to-dataset", "it's questions", file, "--prompt", "qa"];

      const added = await run(words, environment);
      const again = await run(words, environment);

      expect(added).toMatchObject({ code: 0 });
      expect(added.stdout).toContain("2 rows added and 0 merged into the new dataset");
      expect(added.stdout).toContain('does not use "depth", which is in line 3.');
      expect(again.stdout).toContain("no rows added and 2 merged into the dataset");

      const traceId = `tr-${"7".repeat(32)}`;
      await server.client.storeTrace(
        {},
        {
          ...{ traceId, prompt: { name: "qa", version: 1 }, output: "An answer." },
          ...{ startedAt: Date.now() - 100, endedAt: Date.now() },
          inputs: { question: "From a trace?" },
          call: { model: "small", request: {} },
        },
      );
      await evaluations.setLabel(traceId, { name: "correct", value: true, user: "ann" });
      const session = sessionOf(registry, { ...modelsAt({ url: server.url }), evaluations });
      const client = await connect(session);
      const real = { dataset: "real", prompt: "qa", from_traces: { only_labelled: true } };
      const taken = await callTool(client, "add_to_dataset", real);

      expect(taken).toMatchObject({ structured: { created: true, inserted: 1 } });
      const listed = await callTool(client, "list_datasets", { name: "qa" });
      expect(listed.structured).toMatchObject({
        datasets: [
          { name: "real", prompt: "qa", rows: 1 },
          { name: "it's questions", prompt: "qa", rows: 2 },
        ],
      });
      const { id } = await evaluations.getDataset("it's questions");
      const rows = await evaluations.readRows(await evaluations.getDataset(id), 10);
      // MLflow orders rows of the same millisecond by their IDs.
      expect(rows).toHaveLength(2);
      expect(rows).toEqual(
        expect.arrayContaining([
          expect.objectContaining(first),
          expect.objectContaining({ ...second, expectations: {} }),
        ]),
      );
      expect(JSON.parse(await server.python(readDataset("real")))).toEqual({
        prompt: "qa",
        rows: [[{ question: "From a trace?" }, { correct: true }]],
      });
    });
  });
}
