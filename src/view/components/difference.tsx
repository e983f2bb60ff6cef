import { useMemo, useState } from "preact/hooks";
import { differ } from "../text/difference.ts";
import { type Item, inOneColumn, itemsOf } from "../text/difference-items.ts";
import { differenceTexts } from "../texts/difference.ts";
import { showsSides } from "./difference-layout.tsx";
import { DifferenceLine } from "./difference-line.tsx";
import { FleetingButton } from "./fleeting-button.tsx";
import { PlainText } from "./plain-text.tsx";

/** Rows shown at once. More of them would make the page slow. */
const pageOfRows = 500;

/**
 * What changed from one text to another: lines with their words, old before new. Show `DifferenceLayout`
 * once on the page. Keep it apart by `key` where other texts are another difference.
 */
export function Difference({
  before,
  after,
  label,
}: {
  readonly before: string;
  readonly after: string;
  /** What the texts are, for screen readers. */
  readonly label: string;
}) {
  const found = useMemo(() => differ(before, after), [before, after]);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const [limit, setLimit] = useState(pageOfRows);
  const unfold = (section: number) => setUnfolded(new Set([...unfolded, section]));
  const all = itemsOf(found.sections, unfolded);
  const sides = showsSides();
  const items = sides ? all : inOneColumn(all);
  const rest = items.length - limit;
  return (
    // It takes the focus of its buttons when they go.
    <figure class="difference" tabIndex={-1}>
      <figcaption class="visually-hidden">
        <PlainText text={label} />
      </figcaption>
      <p class="quiet">
        {before === after
          ? differenceTexts().same
          : differenceTexts().lines(found.linesAdded, found.linesRemoved)}
      </p>
      {found.isCoarse && <p class="note">{differenceTexts().coarse}</p>}
      <div class={sides ? "lines sides" : "lines"}>
        {items.slice(0, limit).map((item, index) => (
          <Shown key={index} item={item} sides={sides} unfold={unfold} />
        ))}
      </div>
      {rest > 0 && (
        <FleetingButton onClick={() => setLimit(limit + pageOfRows)}>
          {differenceTexts().more(Math.min(rest, pageOfRows))}
        </FleetingButton>
      )}
    </figure>
  );
}

function Shown({
  item,
  sides,
  unfold,
}: {
  readonly item: Item;
  readonly sides: boolean;
  readonly unfold: (section: number) => void;
}) {
  if (item.kind === "fold") {
    return (
      <FleetingButton class="fold" onClick={() => unfold(item.section)}>
        {differenceTexts().fold(item.rows)}
      </FleetingButton>
    );
  }
  const { before, after } = item.row;
  const line = before ?? after;
  if (!item.changed) {
    if (!sides) return <DifferenceLine line={line} side={undefined} />;
    return (
      <div class="row">
        <DifferenceLine line={before} side={undefined} />
        <div aria-hidden="true">
          <DifferenceLine line={after} side={undefined} />
        </div>
      </div>
    );
  }
  if (!sides) {
    return <DifferenceLine line={line} side={before ? "before" : "after"} />;
  }
  return (
    <div class="row">
      <DifferenceLine line={before} side="before" />
      <DifferenceLine line={after} side="after" />
    </div>
  );
}
