import * as z from "zod";

const maxLength = 300;

/** Describes a schema error in one line. It contains names and types of fields, and no values. */
export function describeSchemaError(error: z.ZodError): string {
  const problem = z.prettifyError(error).replace(/\s+/g, " ");
  return problem.length > maxLength ? `${problem.slice(0, maxLength - 3)}...` : problem;
}
