import { useState } from "preact/hooks";
import type { Answer } from "../../connection/tools.ts";
import { plainLine } from "../../text/hidden.ts";
import { scorersIn } from "../../text/scorers.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { AnswerRows } from "./answer-rows.tsx";
import type { Report } from "./measured.tsx";

type Run = Answer<"compare_evaluations">["runs"][number];

/** All answers of a run, which people label. */
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
  const scorers = scorersIn(reports);
  const [label, setLabel] = useState(scorers[0] ?? "good");
  const [scale, setScale] = useState("yes_no");
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">{words.answers}</h2>
      <div class="version-pickers">
        <label class="field">
          {words.answersOf}
          <select value={run} onChange={({ currentTarget }) => setRun(currentTarget.value)}>
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
      <AnswerRows key={run} {...{ run, label, scale, mayLabel, reload }} start={0} />
    </section>
  );
}
