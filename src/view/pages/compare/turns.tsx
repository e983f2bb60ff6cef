import { useMemo } from "preact/hooks";
import { Difference } from "../../components/difference.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { pairTurns, type TurnPair, turnsOf } from "../../text/turns.ts";
import { compareTexts } from "../../texts/compare.ts";
import type { Version } from "./version-changes.tsx";

/** The difference of the text, or of every turn of the chat. */
export function Turns({ older, newer }: { readonly older: Version; readonly newer: Version }) {
  const pairs = useMemo(() => pairTurns(turnsOf(older), turnsOf(newer)), [older, newer]);
  const changedKind = (older.messages === undefined) !== (newer.messages === undefined);
  return (
    <>
      {changedKind && <p>{compareTexts().kind}</p>}
      {pairs.map((pair, index) => (
        <TurnChange key={index} pair={pair} />
      ))}
    </>
  );
}

function TurnChange({ pair: { before, after } }: { readonly pair: TurnPair }) {
  const shown = after ?? before;
  if (shown === undefined) return null;
  const title =
    shown.role === undefined
      ? compareTexts().wholeText
      : compareTexts().turn(shown.number, shown.role);
  const isAlone = before === undefined || after === undefined;
  const [sign, word] =
    before === undefined ? (["+", "added"] as const) : (["−", "removed"] as const);
  const moved = before && after && before.number !== after.number;
  return (
    <>
      {(shown.role !== undefined || isAlone) && (
        <h3>
          <PlainText text={title} />
          {isAlone && (
            <span class={`tag ${word}`}>
              <span aria-hidden="true">{sign} </span>
              {compareTexts()[word]}
            </span>
          )}
          {moved && (
            <span class="tag">{compareTexts().turnMoved(before.number, after.number)}</span>
          )}
        </h3>
      )}
      <Difference before={before?.text ?? ""} after={after?.text ?? ""} label={title} />
    </>
  );
}
