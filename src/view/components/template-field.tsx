import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { splitHidden } from "../text/hidden.ts";
import { splitTemplate } from "../text/variables.ts";

/**
 * A text area whose variables are marked: by a copy of the text behind it, which lays out the same. Undo,
 * spelling and selection are the browser's own, and Tab leaves it. A text that comes from elsewhere, such
 * as a merge, can be undone as what was typed.
 */
export function TemplateField({
  id,
  label,
  value,
  onValue,
  describedBy,
}: {
  readonly id: string;
  /** Undefined where a label stands elsewhere. */
  readonly label: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly describedBy?: string | undefined;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const isFilled = useRef(false);
  useLayoutEffect(() => {
    if (area.current && area.current.value !== value) {
      if (isFilled.current) replaceText(area.current, value);
      else area.current.value = value;
    }
    isFilled.current = true;
  }, [value]);
  return (
    <div class="template-field">
      {label !== undefined && <label for={id}>{label}</label>}
      <div class="template-box">
        <Marks text={value} />
        <textarea
          ref={area}
          id={id}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
          aria-describedby={describedBy}
          autocomplete="off"
        />
      </div>
    </div>
  );
}

/** Replaces the whole text as typing does: only that can be undone. */
function replaceText(area: HTMLTextAreaElement, text: string): void {
  const before = document.activeElement;
  area.focus({ preventScroll: true });
  area.select();
  const isReplaced = document.execCommand(text === "" ? "delete" : "insertText", false, text);
  // An area that is hidden takes no typing.
  if (!isReplaced || area.value !== text) area.value = text;
  if (before instanceof HTMLElement && before !== document.body) {
    before.focus({ preventScroll: true });
  }
}

function Marks({ text }: { readonly text: string }) {
  const parts = useMemo(() => splitTemplate(text), [text]);
  return (
    <div class="template-marks" aria-hidden="true">
      {parts.map((part, index) =>
        part.kind === "text" ? (
          <Hidden key={index} text={part.text} />
        ) : (
          <mark key={index} class={part.kind}>
            <Hidden text={part.text} />
          </mark>
        ),
      )}
      {/* A last line without text has its height too. */}
      {"\u200b"}
    </div>
  );
}

function Hidden({ text }: { readonly text: string }) {
  return (
    <>
      {splitHidden(text).map((part, index) =>
        part.hidden ? (
          <mark key={index} class="hidden-mark">
            {part.text}
          </mark>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
