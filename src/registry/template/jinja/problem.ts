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
