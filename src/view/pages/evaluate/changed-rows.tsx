import { PlainText } from "../../components/plain-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { fieldsText } from "../../text/fields-text.ts";
import { common } from "../../texts/common.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { Scores } from "./scores.tsx";

type ChangedRow = NonNullable<Answer<"compare_evaluations">["changed_rows"]>[number];

/** The rows whose scores changed most, with both answers side by side. */
export function ChangedRows({ rows }: { readonly rows: readonly ChangedRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">{evaluateTexts().changed}</h2>
      {rows.map((row, index) => (
        <details key={index}>
          <summary>
            {evaluateTexts().row(index + 1)}:{" "}
            {row.change > 0 ? evaluateTexts().better : evaluateTexts().worse}{" "}
            <span class="quiet">
              <PlainText text={fieldsText(row.inputs).slice(0, 120)} />
            </span>
          </summary>
          <pre>
            <PlainText text={fieldsText(row.inputs, "\n")} />
          </pre>
          <div class="sides-by-side">
            {[row.baseline, row.candidate].map((answer, side) => (
              <div key={side}>
                <h3>{common().version(answer.version)}</h3>
                <pre>
                  <PlainText text={answer.output} />
                </pre>
                <Scores scores={answer.scores} />
              </div>
            ))}
          </div>
        </details>
      ))}
    </section>
  );
}
