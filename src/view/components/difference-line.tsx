import type { Line, LineEnd, Mark } from "../text/difference.ts";
import { differenceTexts } from "../texts/difference.ts";
import { PlainText } from "./plain-text.tsx";

export type Side = "before" | "after";

/** One line of a text. Absent: the other text has a line here, and this one has none. */
export function DifferenceLine({
  line,
  side,
}: {
  readonly line: Line | undefined;
  /** Undefined for a line of both texts. */
  readonly side: Side | undefined;
}) {
  if (line === undefined) return <div class="difference-line nothing" />;
  const kind = side === undefined ? "same" : side === "before" ? "removed" : "added";
  return (
    <div class={`difference-line ${kind}`}>
      <span class="number" aria-hidden="true">
        {line.number}
      </span>
      <span class="sign" aria-hidden="true">
        {side === undefined ? "" : side === "before" ? "−" : "+"}
      </span>
      <span class="words">
        {side && (
          <span class="visually-hidden">
            {side === "before" ? differenceTexts().removed : differenceTexts().added}:{" "}
          </span>
        )}
        <Words marks={line.marks} side={side} />
        {line.endChanged && <span class="line-end">{endName(line.end)}</span>}
      </span>
    </div>
  );
}

/** The words that changed; where none are marked, the whole line did. */
function Words({
  marks,
  side,
}: {
  readonly marks: readonly Mark[];
  readonly side: Side | undefined;
}) {
  if (side === undefined) return <PlainText text={marks.map(({ text }) => text).join("")} />;
  const Changed = side === "before" ? "del" : "ins";
  const some = marks.some(({ changed }) => changed);
  return (
    <>
      {marks.map(({ text, changed }, index) => {
        const words = changed ? <Visible text={text} /> : <PlainText text={text} />;
        return changed || !some ? (
          <Changed key={index} class={changed ? "word" : ""}>
            {words}
          </Changed>
        ) : (
          words
        );
      })}
    </>
  );
}

/** White space that changed is all there is to see. */
function Visible({ text }: { readonly text: string }) {
  if (text.trim() !== "") return <PlainText text={text} />;
  return (
    <>
      <span aria-hidden="true">{text.replaceAll(" ", "·").replaceAll("\t", "⇥\t")}</span>
      <span class="visually-hidden">{differenceTexts().space}</span>
    </>
  );
}

function endName(end: LineEnd): string {
  switch (end) {
    case "":
      return differenceTexts().noEnd;
    case "\n":
      return differenceTexts().lineEnd("LF");
    case "\r\n":
      return differenceTexts().lineEnd("CRLF");
    case "\r":
      return differenceTexts().lineEnd("CR");
  }
}
