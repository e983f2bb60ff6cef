import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { ChangedRows } from "./changed-rows.tsx";
import { Measured } from "./measured.tsx";

/** An evaluation that the server has not stored. It is gone with the page. */
export function Unstored({ answer }: { readonly answer: Answer<"evaluate_prompt"> }) {
  const { versions, changed_rows, failures = [], notes = [] } = answer;
  return (
    <>
      <Measured reports={versions} notes={notes} />
      {failures.length > 0 && (
        <>
          <h2>{evaluateTexts().failedRows}</h2>
          <ul>
            {failures.map(({ reason, rows }) => (
              <li key={reason}>
                {rows} × <ServerText text={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
      <ChangedRows rows={changed_rows} />
    </>
  );
}
