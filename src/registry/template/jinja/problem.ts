/** What fails in a Jinja2 template, before it is told as a `RegistryError`. */
export class JinjaProblem extends Error {
  override readonly name = "JinjaProblem";

  constructor(
    /** `syntax`: the template cannot be read. `rendering`: it fails, maybe only with these values. */
    readonly kind: "syntax" | "rendering",
    message: string,
    /** Where in the template, from 1. */
    readonly line?: number,
  ) {
    super(message);
  }
}

export function renderingProblem(message: string, line?: number): JinjaProblem {
  return new JinjaProblem("rendering", message, line);
}

/** Does something on a line of the template; what fails there without a line gets this one. */
export function atLine<T>(line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof JinjaProblem) || error.line !== undefined) throw error;
    throw new JinjaProblem(error.kind, error.message, line);
  }
}
