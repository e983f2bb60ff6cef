/** A version whose registration was acknowledged. */
export interface Registered {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  /** Whether its deletion was acknowledged, or requested without a response. */
  deleted: "no" | "yes" | "unknown";
}

/** The value of an alias or a tag, as its only writer knows it. */
export interface Pointer {
  acknowledged: string | undefined;
  /** Values requested since, without a response. */
  readonly unknown: Set<string>;
}

/** All writes, by the program's responses. */
export class Ledger {
  /** The prompt of each text that was ever sent. */
  readonly sent = new Map<string, string>();
  readonly registered: Registered[] = [];
  /** By prompt and alias, and by prompt and tag. */
  readonly aliases = new Map<string, Pointer>();
  readonly tags = new Map<string, Pointer>();
  readonly acknowledged = { registered: 0, moved: 0, tagged: 0, deleted: 0 };
  /** Calls by outcome. */
  readonly outcomes = new Map<string, number>();

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

export function pointer(pointers: Map<string, Pointer>, name: string, key: string): Pointer {
  const at = `${name} ${key}`;
  const known = pointers.get(at) ?? { acknowledged: undefined, unknown: new Set<string>() };
  pointers.set(at, known);
  return known;
}

/** Records a value before it is sent. Call the returned function when it is acknowledged. */
export function sending(known: Pointer, value: string): () => void {
  known.unknown.add(value);
  return () => {
    known.acknowledged = value;
    known.unknown.clear();
  };
}
