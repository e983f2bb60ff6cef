import * as z from "zod";
import { maxResults } from "../../evaluation/read-runs.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { recordedName } from "../../registry/versions/provenance.ts";
import { auditCall } from "../../session/audit-call.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { shortText } from "../input/fields.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const label = z.strictObject({
  trace_id: shortText.describe("The answer, from evaluation_rows."),
  value: z
    .union([z.boolean(), z.number(), shortText])
    .describe("What the person says: yes or no as a boolean, a number, or a text."),
  reason: z.string().max(1_000).optional().describe("Why. At most 1,000 characters."),
});

export const labelAnswers = defineTool({
  name: "label_answers",
  title: "Label answers of an evaluation",
  description:
    "Stores what the caller says of answers of one evaluation run, in the caller's name, as human assessments in MLflow. A person has one label of each name on an answer: a later one takes its place. compare_evaluations says how far a scorer of the same name agrees with people.",
  effect: "adds",
  view: "used",
  input: z.strictObject({
    run: shortText.describe("ID of the run that the answers are of."),
    name: shortText.describe(
      'What is labelled. The name of a scorer, such as "correctness", to compare it with people.',
    ),
    labels: z.array(label).min(1).max(100).describe("One for each answer."),
  }),
  output: z.object({
    run: z.string(),
    name: z.string(),
    labelled: z.int(),
    by: z.string().optional().describe("Whose labels they are. Absent: not known."),
  }),
  async run(session, { run, name, labels }, call) {
    const store = evaluationsOf(session);
    const { prompts } = await store.getRun(run, call);
    await requireRows(store, run, new Set(labels.map(({ trace_id }) => trace_id)), call);
    const user = recordedName(session.who);
    for (const { trace_id, value, reason } of labels) {
      const comment = reason?.trim();
      await store.setLabel(
        trace_id,
        { name, value, ...(comment ? { comment } : {}), ...(user ? { user } : {}) },
        call,
      );
    }
    const [prompt] = prompts;
    auditCall(
      session,
      {
        operation: "label_answers",
        outcome: "ok",
        ...(prompt ? { prompt: prompt.name, version: prompt.version } : {}),
      },
      call,
    );
    return {
      structured: { run, name, labelled: labels.length, ...(user ? { by: user } : {}) },
      text: ToolText.join(
        line`Labelled as ${name}${user === undefined ? "" : ` by ${user}`}: ${labels.length} answers of the run ${run}`,
      ),
    };
  },
});

/** @throws RegistryError `not_found` for an answer that is not of the run */
async function requireRows(
  store: EvaluationStore,
  run: string,
  wanted: Set<string>,
  options: CallOptions,
): Promise<void> {
  for await (const page of store.resultPages(run, maxResults, options)) {
    for (const { traceId } of page) wanted.delete(traceId);
    if (wanted.size === 0) return;
  }
  const [missing = ""] = wanted;
  throw new RegistryError(
    "not_found",
    `No answer was labelled: the run ${quote(run)} has no answer ${quote(missing)}. evaluation_rows lists those it has.`,
  );
}
