import { spellJson } from "../../text/exact-json.ts";
import type { Draft } from "./draft.ts";
import { exactMessage, exactText } from "./registration.ts";

/** The content of a draft as one text, to read and to compare: of a chat, each message under its role. */
export function contentText(draft: Draft): string {
  if (draft.kind === "text") return exactText(draft.text);
  return draft.messages
    .map((edited) => {
      const { role, content, ...others } = exactMessage(edited);
      const isText = typeof content === "string" && Object.keys(others).length === 0;
      const text = isText ? content : spellJson({ content, ...others }, 2);
      return `— ${role ?? "placeholder"} —\n${text}\n`;
    })
    .join("\n");
}
