/** A version whose registration was acknowledged. */
export interface Registered {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  /** Whether its deletion was acknowledged, or asked for without an answer. */
  deleted: "no" | "yes" | "unknown";
}

/** Where something points as far as its one writer knows. */
export interface Pointer {
  acknowledged: string | undefined;
  /** What was asked for since and not answered. */
  readonly unknown: Set<string>;
}

/** What was written, by what the program said of it. */
export class Ledger {
  /** The prompt of each text that was ever sent. */
  readonly sent = new Map<string, string>();
  readonly registered: Registered[] = [];
  /** By prompt and alias, and by prompt and tag. */
  readonly aliases = new Map<string, Pointer>();
  readonly tags = new Map<string, Pointer>();
  readonly acknowledged = { registered: 0, moved: 0, tagged: 0, deleted: 0 };
  /** Calls by what became of them. */
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

/** Writes down a value that is being sent; call the result when it was acknowledged. */
export function sending(known: Pointer, value: string): () => void {
  known.unknown.add(value);
  return () => {
    known.acknowledged = value;
    known.unknown.clear();
  };
}
