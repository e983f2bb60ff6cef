import { PlainText } from "../../components/plain-text.tsx";
import { TraceId } from "../../components/trace-id.tsx";
import type { Answer } from "../../connection/tools.ts";
import { fieldsText } from "../../text/fields-text.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { LabelForm } from "./label-form.tsx";
import { Scores, valueText } from "./scores.tsx";

/** An answer, what was measured of it, and what people say of it. */
export function AnswerRow({
  row,
  title,
  mayLabel,
  ...labelling
}: {
  readonly row: Answer<"evaluation_rows">["rows"][number];
  readonly title: string;
  readonly mayLabel: boolean;
  readonly run: string;
  readonly label: string;
  readonly scale: string;
  readonly saved: () => void;
}) {
  const words = evaluateTexts();
  return (
    <details>
      <summary>
        {title}{" "}
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
        <LabelForm {...labelling} trace={row.trace_id} of={title} />
      )}
      <h3>{words.saysScorers}</h3>
      <Scores scores={row.scores} />
      <p class="quiet">
        {words.trace}: <TraceId id={row.trace_id} url={row.trace_url} />
      </p>
    </details>
  );
}
