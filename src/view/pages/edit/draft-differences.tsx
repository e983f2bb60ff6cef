import { Difference } from "../../components/difference.tsx";
import { spellJson } from "../../text/exact-json.ts";
import { editTexts } from "../../texts/edit.ts";
import { contentText } from "./content-text.ts";
import type { Draft } from "./draft.ts";

/** Everything that differs between two drafts, the text first. */
export function DraftDifferences({
  before,
  after,
}: {
  readonly before: Draft;
  readonly after: Draft;
}) {
  const { text, messages, variables, llmConfig, responseFormat, tags } = editTexts();
  const parts = [
    [after.kind === "text" ? text : messages, contentText] as const,
    [variables, (draft: Draft) => jsonText(draft.declared)] as const,
    [llmConfig, (draft: Draft) => draft.llmConfig] as const,
    [responseFormat, (draft: Draft) => draft.responseFormat] as const,
    [tags, (draft: Draft) => jsonText(draft.tags)] as const,
  ];
  return (
    <>
      {parts
        .map(([what, read]) => ({ what, old: read(before), now: read(after) }))
        .filter(({ old, now }, index) => index === 0 || old !== now)
        .map(({ what, old, now }) => (
          <section key={what}>
            <h3>{what}</h3>
            <Difference before={old} after={now} label={editTexts().changeOf(what)} />
          </section>
        ))}
    </>
  );
}

function jsonText(record: object): string {
  return Object.keys(record).length === 0 ? "" : spellJson(record, 2);
}
