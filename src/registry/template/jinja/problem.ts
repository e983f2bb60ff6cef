/** A failure in a Jinja2 template. `jinjaRenderer` turns it into a `RegistryError`. */
export class JinjaProblem extends Error {
  override readonly name = "JinjaProblem";

  constructor(
    /** `syntax`: the template cannot be parsed. `rendering`: it fails, perhaps only with these values. */
    readonly kind: "syntax" | "rendering",
    message: string,
    /** Line of the template, from 1. */
    readonly line?: number,
  ) {
    super(message);
  }
}

export function renderingProblem(message: string, line?: number): JinjaProblem {
  return new JinjaProblem("rendering", message, line);
}

/** Runs `act`, and adds the line to a JinjaProblem that has none. */
export function atLine<T>(line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof JinjaProblem) || error.line !== undefined) throw error;
    throw new JinjaProblem(error.kind, error.message, line);
  }
}

/** Describes a problem and its line, without a period. */
export function describeProblem({ message, line }: JinjaProblem): string {
  return line === undefined ? message : `${message} (line ${line})`;
}
