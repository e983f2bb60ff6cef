import { useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { TraceId } from "../../components/trace-id.tsx";
import type { Answer } from "../../connection/tools.ts";
import { fieldsText } from "../../text/fields-text.ts";
import { plainLine } from "../../text/hidden.ts";
import { scorersIn } from "../../text/scorers.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { LabelForm } from "./label-form.tsx";
import type { Report } from "./measured.tsx";
import { Scores, valueText } from "./scores.tsx";

type Run = Answer<"compare_evaluations">["runs"][number];

/** All answers of a run, a page at a time, which people label. */
export function Answers({
  runs,
  reports,
  mayLabel,
  reload,
}: {
  readonly runs: readonly Run[];
  readonly reports: readonly Report[];
  readonly mayLabel: boolean;
  /** Reads the results again: labels change the agreement with people. */
  readonly reload: () => void;
}) {
  const words = evaluateTexts();
  const [run, setRun] = useState(runs.at(-1)?.run_id ?? "");
  const [start, setStart] = useState(0);
  const scorers = scorersIn(reports);
  const [label, setLabel] = useState(scorers[0] ?? "good");
  const [scale, setScale] = useState("yes_no");
  const read = useAnswer("evaluation_rows", { run, start });
  const saved = () => {
    read.reload();
    reload();
  };
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">{words.answers}</h2>
      <div class="version-pickers">
        <label class="field">
          {words.answersOf}
          <select
            value={run}
            onChange={({ currentTarget }) => {
              setRun(currentTarget.value);
              setStart(0);
            }}
          >
            {runs.map(({ run_id, title }) => (
              <option key={run_id} value={run_id}>
                {plainLine(title)}
              </option>
            ))}
          </select>
        </label>
        {mayLabel && (
          <label class="field">
            {words.labelFor}
            <input value={label} onInput={({ currentTarget }) => setLabel(currentTarget.value)} />
          </label>
        )}
        {mayLabel && (
          <label class="field">
            {words.scale}
            <select value={scale} onChange={({ currentTarget }) => setScale(currentTarget.value)}>
              <option value="yes_no">{words.yesNo}</option>
              <option value="one_to_five">{words.oneToFive}</option>
            </select>
          </label>
        )}
      </div>
      <Loading of={read}>
        {({ rows, next_start }) => (
          <>
            {rows.length === 0 && <p class="quiet">{words.noRows}</p>}
            {rows.map((row, index) => (
              <details key={row.trace_id}>
                <summary>
                  {words.row(start + index + 1)}{" "}
                  <span class="quiet">
                    <PlainText text={fieldsText(row.inputs).slice(0, 120)} />
                  </span>
                </summary>
                <pre>
                  <PlainText text={row.output ?? row.error ?? words.unknown} />
                </pre>
                {Object.keys(row.expectations).length > 0 && (
                  <p>
                    {words.expected}: <PlainText text={fieldsText(row.expectations)} />
                  </p>
                )}
                {row.labels.length > 0 && (
                  <>
                    <h3>{words.labels}</h3>
                    <ul>
                      {row.labels.map((one, at) => (
                        <li key={at}>
                          <PlainText
                            text={`${one.by ?? ""} ${one.name}: ${valueText(one.value)} ${one.reason ?? ""}`}
                          />
                        </li>
                      ))}
                    </ul>
                  </>
                )}
                {mayLabel && row.output !== undefined && (
                  <LabelForm
                    {...{ run, label, scale, saved }}
                    trace={row.trace_id}
                    of={words.row(start + index + 1)}
                  />
                )}
                <h3>{words.saysScorers}</h3>
                <Scores scores={row.scores} />
                <p class="quiet">
                  {words.trace}: <TraceId id={row.trace_id} url={row.trace_url} />
                </p>
              </details>
            ))}
            {next_start !== undefined && (
              <button type="button" onClick={() => setStart(next_start)}>
                {words.more}
              </button>
            )}
          </>
        )}
      </Loading>
    </section>
  );
}
