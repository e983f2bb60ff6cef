import type { ComponentChildren } from "preact";

/** What may be wider than a narrow window: it scrolls sideways by itself. */
export function Scrolls({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; this is a table.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it.
    <div role="group" class="scrolls" tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}
