/** The names of the scorers of all reports, each once. */
export function scorersIn(
  reports: readonly { readonly scores: readonly { readonly scorer: string }[] }[],
): readonly string[] {
  return [...new Set(reports.flatMap(({ scores }) => scores.map(({ scorer }) => scorer)))];
}
