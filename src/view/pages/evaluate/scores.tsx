import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { common } from "../../texts/common.ts";
import { numberText } from "../../texts/texts.ts";

type Score = Answer<"evaluation_rows">["rows"][number]["scores"][number];

export function valueText(value: boolean | number | string | undefined): string {
  if (typeof value === "boolean") return value ? common().yes : common().no;
  return typeof value === "number" ? numberText(value, 3) : (value ?? "–");
}

/** What the scorers say of one answer, and why. */
export function Scores({ scores }: { readonly scores: readonly Score[] }) {
  return (
    <ul class="scores">
      {scores.map(({ scorer, value, error, reason }) => (
        <li key={scorer}>
          <strong>
            <PlainText text={scorer} />
          </strong>
          :{" "}
          {error === undefined ? (
            <PlainText text={valueText(value)} />
          ) : (
            <ServerText text={error} />
          )}
          {reason !== undefined && (
            <div class="quiet pre">
              <PlainText text={reason} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
