import * as z from "zod";

const maxLength = 300;

/** What is wrong with a value, in one line. It names fields, and repeats no more than their type. */
export function schemaProblem(error: z.ZodError): string {
  const problem = z.prettifyError(error).replace(/\s+/g, " ");
  return problem.length > maxLength ? `${problem.slice(0, maxLength - 3)}...` : problem;
}
