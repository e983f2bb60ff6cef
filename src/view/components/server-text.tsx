import { PlainText } from "./plain-text.tsx";

/**
 * Words of the server. They are in English whatever the language of the view, and say so, or screen
 * readers speak them as words of that language (WCAG 2.2, 3.1.2).
 */
export function ServerText({ text }: { readonly text: string }) {
  return (
    <span lang="en">
      <PlainText text={text} />
    </span>
  );
}
