/** The body of `POST traces/link-prompts`. MLflow takes versions as texts alone (3.8 to 3.17). */
export function linkedPrompt(
  traceId: string,
  { name, version }: { readonly name: string; readonly version: number },
) {
  return { trace_id: traceId, prompt_versions: [{ name, version: String(version) }] };
}
