import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { Answers } from "./answers.tsx";
import { ChangedRows } from "./changed-rows.tsx";
import { ExportCsv } from "./export-csv.tsx";
import { FailedRows } from "./failed-rows.tsx";
import { Plot } from "./plot.tsx";
import { ScoreTable } from "./score-table.tsx";

/** What was measured of one version. */
export type Report = NonNullable<Answer<"compare_evaluations">["reports"]>[number];

/** The results of runs; the first is the baseline. A reload shows the same. */
export function Results({
  name,
  runs,
  mayLabel,
}: {
  readonly name: string;
  readonly runs: readonly string[];
  readonly mayLabel: boolean;
}) {
  const compared = useAnswer("compare_evaluations", { runs: [...runs] });
  return (
    <Loading of={compared}>
      {({ reports = [], changed_rows = [], notes = [], runs: read }) => (
        <>
          <h2>{evaluateTexts().results}</h2>
          {notes.map((note) => (
            <p key={note} class="note">
              <ServerText text={note} />
            </p>
          ))}
          <ScoreTable reports={reports} />
          <Plot reports={reports} />
          <p>
            <ExportCsv name={name} runs={read} />
          </p>
          <FailedRows runs={read} reports={reports} />
          <ChangedRows rows={changed_rows} />
          <Answers runs={read} reports={reports} mayLabel={mayLabel} reload={compared.reload} />
        </>
      )}
    </Loading>
  );
}
