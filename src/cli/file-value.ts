/** A value of a file that should be a row, or why it is none. */
export interface FileValue {
  /** Where it is, such as "line 3". */
  readonly name: string;
  readonly value?: unknown;
  readonly problem?: string;
}
