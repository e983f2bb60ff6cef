/** Columns of a terminal that does not say how many it has: some say 0. */
const usualColumns = 80;

export function columnsOf({ columns }: OutputStream): number {
  return columns || usualColumns;
}

/** A stream that may be a terminal. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};
