import { splitHidden } from "../text/hidden.ts";

/**
 * Text of the registry, as text: nothing in it is markup, and characters that nobody sees or that turn
 * the reading direction are shown by their code points.
 */
export function PlainText({ text }: { readonly text: string }) {
  return (
    <>
      {splitHidden(text).map((part, index) =>
        part.hidden ? (
          <span key={index} class="hidden-character" title={part.name}>
            {part.name}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
