import { differenceTexts } from "../texts/difference.ts";
import { PlainText } from "./plain-text.tsx";

/** A short value before and after. Absent: it had none, or has none. */
export function OldAndNew({
  before,
  after,
}: {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}) {
  return (
    <>
      {before !== undefined && <Value text={before} side="before" />}
      {before !== undefined && after !== undefined && " "}
      {after !== undefined && <Value text={after} side="after" />}
    </>
  );
}

function Value({ text, side }: { readonly text: string; readonly side: "before" | "after" }) {
  const Changed = side === "before" ? "del" : "ins";
  return (
    <Changed class="value">
      <span aria-hidden="true">{side === "before" ? "−" : "+"} </span>
      <span class="visually-hidden">
        {side === "before" ? differenceTexts().removed : differenceTexts().added}:{" "}
      </span>
      <PlainText text={text} />
    </Changed>
  );
}
