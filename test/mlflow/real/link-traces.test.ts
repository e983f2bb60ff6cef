import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { newTrace } from "../../contract/evaluation-samples.ts";
import { callTool } from "../../support/call-tool.ts";
import { clients } from "../../support/clients.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated, startHttp } from "../../support/program.ts";
import { suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

describe.skipIf(!mlflow.ok)(title("--link-traces on MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2" });

  /** Leaves two traces as a program does; they are in MLflow when this has ended. */
  async function leaveTraces(): Promise<readonly string[]> {
    const script = `
import mlflow
for _ in range(2):
    with mlflow.start_span("service") as span:
        print(span.trace_id)
mlflow.flush_trace_async_logging()
`;
    return (await server.python(script)).trim().split("\n");
  }

  /** The traces that MLflow's own client finds for a version. */
  async function tracesOf(version: string): Promise<unknown> {
    const script = `
import json, mlflow
found = mlflow.search_traces(locations=["0"], filter_string="prompt = '${version}'", return_type="list")
print(json.dumps([trace.info.trace_id for trace in found]))
`;
    return JSON.parse(await server.python(script));
  }

  it.each(Object.entries(clients))(
    "links what it serves to the trace that %s names, and the history shows it",
    async (way, connect) => {
      const client = await connect({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_PROMPTS_LINK_TRACES: "true",
      });
      const name = `linked-${way.replace(/\W/g, "-")}`;
      const registered = { name, template: "Answer {{ question }}" };
      await client.callTool({ name: "register_prompt", arguments: registered });
      const [first, second] = await leaveTraces();

      const { _meta } = await client.getPrompt({
        name,
        arguments: { question: "Why?" },
        _meta: { "mlflow-prompts/trace_id": first },
      });
      const rendered = await client.callTool({
        name: "render_prompt",
        arguments: { name, variables: { question: "Why?" }, trace_id: second },
      });

      expect(_meta).toMatchObject({ trace: { id: first, link: "linked" } });
      expect(rendered.structuredContent).toMatchObject({ trace: { id: second, link: "linked" } });
      expect(await tracesOf(`${name}/1`)).toEqual(expect.arrayContaining([first, second]));
      const usage = await client.callTool({ name: "prompt_usage", arguments: { name } });
      expect(usage.structuredContent).toMatchObject({
        versions: [{ uses: 2, last_trace_id: second }],
      });
    },
  );

  it("links to a trace that MLflow gets later, as from a program that is not done yet", async () => {
    const { environment } = isolated({ MLFLOW_TRACKING_URI: server.url });
    const { url } = await startHttp(environment, "--link-traces");
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    onTestFinished(() => client.close());
    await callTool(client, "register_prompt", { name: "early", template: "Answer" });
    const trace = newTrace({ prompt: { name: "other", version: 1 } });

    const asked = { name: "early", variables: {}, trace_id: trace.traceId };
    const { structured } = await callTool(client, "render_prompt", asked);
    await server.client.storeTrace({}, trace);

    expect(structured).toMatchObject({ trace: { link: "pending" } });
    const uses = () => server.client.evaluations().listUses({ name: "early", version: 1 }, 10);
    await expect.poll(uses).toMatchObject([{ traceId: trace.traceId }]);
  });
});
