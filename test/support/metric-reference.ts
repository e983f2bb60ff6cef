import { table } from "./markdown.ts";
import { offeredMetrics } from "./offered-metrics.ts";

/** What prom-client adds of the process and of Node.js, which differs by release and system. */
const ofTheProcess = /^mlflow_prompts_(?:process|nodejs)_/;

/** docs/metrics.md as `/metrics` has it. */
export async function metricReference(): Promise<string> {
  const text = await offeredMetrics();
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]),
  );
  const helps = new Map(
    [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", help = ""]) => [name, help]),
  );
  const names = [...types.keys()].filter((name) => !ofTheProcess.test(name)).toSorted();
  const rows = names.map((name) => [
    `\`${name}\``,
    types.get(name) ?? "",
    [...labelsOf(name, text)].map((label) => `\`${label}\``).join(", "),
    helps.get(name) ?? "",
  ]);
  return `<!-- npm run docs:reference writes this file from what /metrics has. -->

# Metrics

\`/metrics\` of the \`http\` command has these in Prometheus' text format. Histograms have \`_bucket\`, \`_sum\` and \`_count\`. Times are in seconds. No label contains a prompt, a workspace or a caller. What concerns MLflow, models, Redis or webhooks is there once it is in use. In addition there are \`mlflow_prompts_process_…\` and \`mlflow_prompts_nodejs_…\` of the process and of Node.js.

${table(["Name", "Type", "Labels", ""], rows)}
[Operations](operations.md) has the dashboard and the alerts over them. OpenTelemetry exports [metrics of its own names](operations.md#traces-and-metrics-with-opentelemetry).
`;
}

function labelsOf(name: string, text: string): ReadonlySet<string> {
  const labels = new Set<string>();
  const series = new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, "gm");
  for (const [, found = ""] of text.matchAll(series)) {
    for (const [, label = ""] of found.matchAll(/(\w+)="/g)) if (label !== "le") labels.add(label);
  }
  return labels;
}
