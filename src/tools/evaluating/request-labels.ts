import * as z from "zod";
import {
  changedBetween,
  directionsOf,
  readRun,
  type StoredRun,
} from "../../evaluation/read-runs.ts";
import { RegistryError } from "../../registry/errors.ts";
import { auditCall } from "../../session/audit-call.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { shortText } from "../input/fields.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const requestedView = z.object({
  queue_id: z.string().describe("The review queue in MLflow."),
  url: z.string().optional(),
  label: z.string(),
  trace_ids: z.array(z.string()).describe("The answers that people are asked to label."),
});

export const requestLabels = defineTool({
  name: "request_labels",
  title: "Ask people to label answers",
  description:
    "Puts answers of evaluations into a review queue of MLflow (3.14 and newer), where people label them: with several runs the answers to the rows whose scores differ most, with one run its first answers. The labels are stored with the answers' traces. compare_evaluations then says how far a judge of the same name agrees with people.",
  effect: "adds",
  model: "needed",
  input: z.strictObject({
    runs: z.array(shortText).min(1).max(5).describe("IDs of runs, from compare_evaluations."),
    label: shortText.describe(
      'Name of the label. That of a scorer, such as "correctness", to compare the scorer with people.',
    ),
    instruction: z.string().min(1).max(2_000).describe("What people should judge, and how."),
    users: z.array(shortText).max(50).default([]).describe("Who is asked. Default: anybody."),
    limit: z.int().min(1).max(100).default(20).describe("At most so many answers (1 to 100)."),
  }),
  output: requestedView,
  async run(session, { runs, label, instruction, users, limit }, call) {
    const store = evaluationsOf(session);
    const read: StoredRun[] = [];
    for (const run of runs) read.push(await readRun(store, run, call));
    const traceIds = tracesOf(read, limit);
    if (traceIds.length === 0) {
      throw new RegistryError(
        "not_found",
        "Nobody was asked: the runs have no answers, or no scores that differ.",
      );
    }
    const title = `${label}: ${read[0]?.run.name ?? ""}`.slice(0, 200);
    const request = { title, label, instruction, traceIds, users };
    const { queueId, url } = await store.requestLabels(request, call);
    const prompt = read[0]?.run.prompts[0]?.name;
    auditCall(session, { operation: "request_labels", outcome: "ok", prompt }, call);
    const view = {
      queue_id: queueId,
      ...(url === undefined ? {} : { url }),
      label,
      trace_ids: traceIds,
    };
    return {
      structured: view,
      text: ToolText.join(
        line`${traceIds.length} answers wait for the label ${label} in MLflow's review queue ${queueId}${url === undefined ? "" : ` (${url})`}`,
        line`Traces: ${traceIds.join(", ")}`,
      ),
    };
  },
});

function tracesOf(read: readonly StoredRun[], limit: number): string[] {
  const [only] = read;
  if (read.length === 1 && only !== undefined) {
    return only.results
      .filter(({ answered }) => answered)
      .slice(0, limit)
      .map(({ traceId }) => traceId);
  }
  const rows = changedBetween(read, directionsOf(read), limit);
  const traces = rows.flatMap(({ baseline, candidate }) => [baseline.traceId, candidate.traceId]);
  return [...new Set(traces.filter((id) => id !== undefined))].slice(0, limit);
}
