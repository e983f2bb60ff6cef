import * as z from "zod";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { UseTime } from "../../registry/evaluation/runs.ts";
import type { Prompt } from "../../registry/types.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { promptName, time } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { isoTime } from "../output/origin.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** Days that are counted, today among them. */
const countedDays = 7;

/** Uses of all versions that are counted, and versions that are looked at. */
const most = { uses: 1_000, newestVersions: 10, versions: 20 };

const usedVersion = z.object({
  version: z.int(),
  aliases: z.array(z.string()),
  uses: z.int(),
  failed: z.int().describe("Uses that failed."),
  last_at: time.optional(),
  last_trace_id: z.string().optional(),
  last_trace_url: z.string().optional().describe("Its page in MLflow."),
  per_day: z.array(z.object({ day: z.string(), uses: z.int(), failed: z.int() })),
});

type UsedVersion = z.infer<typeof usedVersion>;

export const promptUsage = defineTool({
  name: "prompt_usage",
  title: "Uses of a prompt",
  description:
    "Counts how often the versions of a prompt were used in the last 7 days, by day, and how often that failed: the traces that are linked to a version, without those of evaluations. Programs that leave no trace are not counted.",
  effect: "reads",
  view: "used",
  input: z.strictObject({ name: promptName }),
  output: z.object({
    name: z.string(),
    days: z
      .array(z.string())
      .describe("The days of UTC that were counted, newest first. Empty: there are no traces."),
    versions: z.array(usedVersion).describe("The versions that were looked at, newest first."),
    notes: z.array(z.string()).optional().describe("What was not counted."),
  }),
  async run(session, input, call) {
    const name = await selectName(session, input, call);
    const prompt = { ...(await session.registry.getPrompt(name, call)), name };
    const usage = await countUses(session, prompt, call);
    return {
      structured: { name, ...usage },
      text: ToolText.join(
        line`Uses of ${name} in the last ${countedDays} days, without evaluations:`,
        ...usage.versions.map(formatVersion),
        ...(usage.notes ?? []).map((note) => line`Note: ${note}`),
      ),
    };
  },
});

async function countUses(
  { evaluations }: Session,
  prompt: Prompt,
  call: Call,
): Promise<{ days: string[]; versions: UsedVersion[]; notes?: string[] }> {
  if (evaluations === undefined) {
    return {
      days: [],
      versions: [],
      notes: ["This registry keeps no traces, so no use is known."],
    };
  }
  const today = Math.floor(Date.now() / dayMs);
  const days = Array.from({ length: countedDays }, (_, ago) => dayOf((today - ago) * dayMs));
  const since = (today - countedDays + 1) * dayMs;
  const numbers = chooseVersions(prompt);
  const versions: UsedVersion[] = [];
  let left = most.uses;
  for (const version of numbers.chosen) {
    // One more than is counted tells whether there are more.
    const range = { since, limit: left + 1 };
    const used = { name: prompt.name, version };
    const times = await evaluations.listUseTimes(used, range, call);
    const counted = times.slice(0, left);
    versions.push({
      ...summarize(prompt, version, counted),
      ...lastTrace(evaluations, counted),
    });
    left -= times.length;
    if (left < 0) break;
  }
  const notes = [
    ...(left < 0
      ? [
          `There were more than ${most.uses} uses: older ones, and those of older versions, were not counted.`,
        ]
      : []),
    ...(numbers.isCut
      ? ["Only the newest 10 versions and those with an alias were looked at, at most 20."]
      : []),
  ];
  return { days, versions, ...(notes.length === 0 ? {} : { notes }) };
}

/** Versions whose uses are looked for, newest first: the newest ones, and those with an alias. */
function chooseVersions({ aliases, latest }: Prompt) {
  const newest = latest?.version ?? 0;
  const first = Math.max(1, newest - most.newestVersions + 1);
  const recent = Array.from({ length: newest - first + 1 }, (_, ago) => newest - ago);
  const all = [...new Set([...Object.values(aliases), ...recent])];
  // Those with an alias come first where not all are looked at.
  const chosen = all.slice(0, most.versions).sort((one, other) => other - one);
  return { chosen, isCut: first > 1 || all.length > most.versions };
}

function summarize({ aliases }: Prompt, version: number, times: readonly UseTime[]): UsedVersion {
  const perDay = new Map<string, { day: string; uses: number; failed: number }>();
  for (const { at, failed } of times) {
    const day = dayOf(at);
    const counted = perDay.get(day) ?? { day, uses: 0, failed: 0 };
    counted.uses += 1;
    counted.failed += failed ? 1 : 0;
    perDay.set(day, counted);
  }
  const [last] = times;
  return {
    version,
    aliases: Object.keys(aliases).filter((alias) => aliases[alias] === version),
    uses: times.length,
    failed: times.filter(({ failed }) => failed).length,
    ...(last ? { last_at: isoTime(last.at) } : {}),
    per_day: [...perDay.values()],
  };
}

function lastTrace(evaluations: EvaluationStore, [last]: readonly UseTime[]) {
  if (last === undefined) return {};
  const url = evaluations.pageOfTrace(last.traceId);
  return { last_trace_id: last.traceId, ...(url === undefined ? {} : { last_trace_url: url }) };
}

function dayOf(at: number): string {
  return isoTime(at).slice(0, "2026-01-31".length);
}

function formatVersion({
  version,
  aliases,
  uses,
  failed,
  last_at,
  last_trace_id,
  per_day,
}: UsedVersion): ToolText {
  const names = aliases.map((alias) => ` @${alias}`).join("");
  if (uses === 0) return line`- version ${version}${names}: none`;
  const days = per_day.map((one) => `${one.day}: ${one.uses}`).join(", ");
  return line`- version ${version}${names}: ${uses} (${failed} failed), last at ${last_at ?? ""} in trace ${last_trace_id ?? ""}; ${days}`;
}
