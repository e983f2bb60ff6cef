import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { piecesOf } from "../text/pieces.ts";
import type { TemplatePart } from "../text/variables.ts";
import { promptTexts } from "../texts/prompt.ts";
import { FleetingButton } from "./fleeting-button.tsx";

/**
 * A text in a box of its own. Of a long one the browser holds what was scrolled to: the rest follows when
 * the end comes into view, or by a button.
 */
export function LongText({
  parts,
  label,
  show,
}: {
  readonly parts: readonly TemplatePart[];
  readonly label: string;
  readonly show: (part: TemplatePart) => ComponentChildren;
}) {
  const pieces = useMemo(() => piecesOf(parts), [parts]);
  const [count, setCount] = useState(1);
  const end = useRef<HTMLDivElement>(null);
  const hasMore = count < pieces.length;
  useEffect(() => {
    if (!hasMore || end.current === null) return;
    const observer = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) setCount((last) => last + 1);
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasMore, count]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; this is a text.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it.
    <div role="group" class="long-text" aria-label={label} tabIndex={0}>
      <pre>
        {pieces.slice(0, count).map((piece, index) => (
          <Piece key={index} piece={piece} show={show} />
        ))}
      </pre>
      {hasMore && (
        <div ref={end}>
          <FleetingButton onClick={() => setCount((last) => last + 1)}>
            {promptTexts().more}
          </FleetingButton>
        </div>
      )}
    </div>
  );
}

function Piece({
  piece,
  show,
}: {
  readonly piece: readonly TemplatePart[];
  readonly show: (part: TemplatePart) => ComponentChildren;
}) {
  // A piece that stays is not made again while others are added.
  return useMemo(() => <>{piece.map((part) => show(part))}</>, [piece, show]);
}
