import { callTool } from "../../app/server.ts";
import type { Answer } from "../../connection/tools.ts";

type Rollback = NonNullable<Answer<"set_prompt_alias">["rollback"]>;

/** Makes the call that undoes a move, as the move's result gave it. @throws CallFailure */
export async function takeBack({ tool, arguments: given }: Rollback): Promise<void> {
  const about = { name: String(given.name), alias: String(given.alias) };
  if (tool === "delete_prompt_alias") {
    await callTool(tool, about);
    return;
  }
  const versions = {
    version: Number(given.version),
    expected_version: Number(given.expected_version),
  };
  await callTool(tool, { ...about, ...versions });
}
