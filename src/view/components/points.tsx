import { ServerText } from "./server-text.tsx";

/** Sentences of the server, one below the other; nothing where there are none. */
export function Points({
  items,
  lead,
}: {
  readonly items: readonly string[];
  /** Stands before each, in the language of the view. */
  readonly lead?: string;
}) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>
          {lead}
          <ServerText text={item} />
        </li>
      ))}
    </ul>
  );
}
