/** What a role means, whatever an ecosystem calls it. Other roles have no meaning that all share. */
export type RoleMeaning = "system" | "user" | "assistant" | "tool" | "other";

const meanings: ReadonlyMap<string, RoleMeaning> = new Map([
  ["system", "system"],
  ["developer", "system"],
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["ai", "assistant"],
  ["model", "assistant"],
  ["tool", "tool"],
  ["function", "tool"],
]);

/** The roles of OpenAI, Anthropic, LangChain (`human`, `ai`) and Gemini (`model`), ignoring case. */
export function meaningOf(role: string): RoleMeaning {
  return meanings.get(role) ?? meanings.get(role.toLowerCase()) ?? "other";
}

export function isToolRole(role: string): boolean {
  return meaningOf(role) === "tool";
}
