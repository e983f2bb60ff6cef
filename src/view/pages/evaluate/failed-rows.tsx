import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { TraceId } from "../../components/trace-id.tsx";
import type { Answer } from "../../connection/tools.ts";
import { fieldsText } from "../../text/fields-text.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import type { Report } from "./measured.tsx";

type Run = Answer<"compare_evaluations">["runs"][number];

/** The rows that no model answered, apart from the others: they have no scores. */
export function FailedRows({
  runs,
  reports,
}: {
  readonly runs: readonly Run[];
  readonly reports: readonly Report[];
}) {
  const failed = runs.filter((_, index) => (reports[index]?.failed ?? 0) > 0);
  if (failed.length === 0) return null;
  return (
    <section aria-labelledby="failed-rows">
      <h2 id="failed-rows">{evaluateTexts().failedRows}</h2>
      {failed.map((run) => (
        <FailedOf key={run.run_id} run={run} />
      ))}
    </section>
  );
}

function FailedOf({ run }: { readonly run: Run }) {
  const read = useAnswer("evaluation_rows", { run: run.run_id, failed: true, limit: 50 });
  return (
    <Loading of={read}>
      {({ rows }) => (
        <>
          <h3>
            <PlainText text={run.title} />
          </h3>
          <ul>
            {rows.map(({ trace_id, trace_url, inputs, error }) => (
              <li key={trace_id}>
                <PlainText text={fieldsText(inputs).slice(0, 200)} />:{" "}
                <PlainText text={error ?? evaluateTexts().unknown} />{" "}
                <span class="quiet">
                  {evaluateTexts().trace}: <TraceId id={trace_id} url={trace_url} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Loading>
  );
}
