import { PlainText } from "./plain-text.tsx";

/** Sentences of the server, one below the other; nothing where there are none. */
export function Points({ items }: { readonly items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>
          <PlainText text={item} />
        </li>
      ))}
    </ul>
  );
}
