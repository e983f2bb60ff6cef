import { useEffect, useRef, useState } from "preact/hooks";
import { PromptRow } from "./prompt-row.tsx";
import type { FoundPage } from "./use-pages.ts";

/** How far from the window rows are rendered. */
const margin = "1200px 0px";

/**
 * The rows of one page. Far from the window, an empty space of the same height takes their place, unless
 * one of them has the focus. A page alone always stays: in a host, the frame itself may be out of sight.
 */
export function RowGroup({
  page,
  isOnly,
  first,
}: {
  readonly page: FoundPage;
  readonly isOnly: boolean;
  /** The row of its first prompt. */
  readonly first: number;
}) {
  const group = useRef<HTMLTableSectionElement>(null);
  const height = useRef(0);
  const [isNear, setNear] = useState(true);
  useEffect(() => {
    const element = group.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1);
        if (!entry) return;
        if (!entry.isIntersecting) height.current = entry.boundingClientRect.height;
        setNear(entry.isIntersecting || element.contains(document.activeElement));
      },
      { rootMargin: margin },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const isShown = isNear || isOnly;
  return (
    <tbody ref={group} aria-hidden={isShown ? undefined : true}>
      {isShown ? (
        page.prompts.map((prompt, index) => (
          <PromptRow key={prompt.name} prompt={prompt} index={first + index} />
        ))
      ) : (
        // An empty group of rows has no height, and would never be seen to come near again.
        <tr>
          <td colSpan={4} style={{ height: `${height.current}px` }} />
        </tr>
      )}
    </tbody>
  );
}
