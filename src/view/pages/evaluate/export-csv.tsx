import { useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { callTool, connection } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer } from "../../connection/tools.ts";
import { type Cell, csvOf } from "../../text/csv.ts";
import { spellJson } from "../../text/exact-json.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";

type Run = Answer<"compare_evaluations">["runs"][number];
type Row = Answer<"evaluation_rows">["rows"][number];

/** Saves all rows of the runs with their scores as one CSV file. */
export function ExportCsv({
  name,
  runs,
}: {
  readonly name: string;
  readonly runs: readonly Run[];
}) {
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<CallFailure>();
  const [shown, setShown] = useState<string>();
  const save = async () => {
    if (isReading) return;
    setReading(true);
    setFailure(undefined);
    try {
      const csv = toCsv(await readAll(runs));
      const file = `${name.replace(/[^\w.-]/g, "_")}-evaluation.csv`;
      if (await connection.value?.download?.(file, csv)) return;
      setShown(csv);
      announce(evaluateTexts().copyCsv);
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setReading(false);
    }
  };
  return (
    <>
      <button type="button" aria-disabled={isReading} onClick={() => void save()}>
        {isReading ? evaluateTexts().exporting : evaluateTexts().exportCsv}
      </button>
      {failure && <Failure failure={failure} />}
      {shown !== undefined && (
        <label class="field">
          {evaluateTexts().copyCsv}
          <textarea readOnly rows={8} value={shown} />
        </label>
      )}
    </>
  );
}

async function readAll(runs: readonly Run[]) {
  const all: { readonly run: Run; readonly row: Row }[] = [];
  for (const run of runs) {
    let start: number | undefined = 0;
    while (start !== undefined) {
      const page: Answer<"evaluation_rows"> = await callTool("evaluation_rows", {
        ...{ run: run.run_id, start, limit: 100 },
      });
      all.push(...page.rows.map((row) => ({ run, row })));
      start = page.next_start;
    }
  }
  return all;
}

function toCsv(all: Awaited<ReturnType<typeof readAll>>): string {
  const keys = (of: (row: Row) => readonly string[]) => [
    ...new Set(all.flatMap(({ row }) => of(row))),
  ];
  const inputs = keys((row) => Object.keys(row.inputs));
  const scorers = keys((row) => row.scores.map(({ scorer }) => scorer));
  const header = [
    ...["run", "version", ...inputs, "expectations", "output", "error"],
    ...scorers.flatMap((scorer) => [scorer, `${scorer} reason`]),
    ...["labels", "latency_ms", "cost_usd"],
  ];
  return csvOf(
    header,
    all.map(({ run, row }) => [
      ...[run.run_id, run.prompts[0]?.version],
      ...inputs.map((key) => cellOf(row.inputs[key])),
      ...[spellJson(row.expectations), row.output, row.error],
      ...scorers.flatMap((scorer) => {
        const score = row.scores.find((one) => one.scorer === scorer);
        return [score?.value, score?.error ?? score?.reason];
      }),
      ...[row.labels.map((one) => `${one.by ?? ""} ${one.name}: ${one.value}`).join("; ")],
      ...[row.latency_ms, row.cost_usd],
    ]),
  );
}

function cellOf(value: unknown): Cell {
  if (value === undefined || typeof value === "string" || typeof value === "number") return value;
  return spellJson(value);
}
