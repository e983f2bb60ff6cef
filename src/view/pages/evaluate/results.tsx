import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { OutsideLink } from "../../components/outside-link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { Answers } from "./answers.tsx";
import { ChangedRows } from "./changed-rows.tsx";
import { ExportCsv } from "./export-csv.tsx";
import { FailedRows } from "./failed-rows.tsx";
import { Measured } from "./measured.tsx";

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
          <Measured reports={reports} notes={notes} />
          {read.map(
            ({ run_id, run_url = "", title }) =>
              /^https?:/.test(run_url) && (
                <p key={run_id}>
                  <OutsideLink to={run_url}>
                    <PlainText text={evaluateTexts().inMlflow(title)} />
                  </OutsideLink>
                </p>
              ),
          )}
          <ExportCsv name={name} runs={read} />
          <FailedRows runs={read} reports={reports} />
          <ChangedRows rows={changed_rows} />
          <Answers runs={read} reports={reports} mayLabel={mayLabel} reload={compared.reload} />
        </>
      )}
    </Loading>
  );
}
