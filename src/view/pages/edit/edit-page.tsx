import { workspaceInAddress } from "../../app/navigation.ts";
import { selection, type VersionName } from "../../app/route.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { PromptLink } from "../../components/prompt-link.tsx";
import { editTexts } from "../../texts/edit.ts";
import { draftOf } from "./draft.ts";
import { Editor } from "./editor.tsx";

/** Edits a version, whichever it is. What is saved becomes the version after the newest one. */
export function EditPage({ name, at }: { readonly name: string; readonly at: VersionName }) {
  const start = useAnswer("load_prompt", { name, ...selection(at) });
  const newest = useAnswer("load_prompt", { name });
  return (
    <>
      <PromptLink name={name} />
      <h1 tabIndex={-1}>
        <PlainText text={editTexts().title(name)} />
      </h1>
      <Loading of={start}>
        {(from) => (
          <Loading of={newest}>
            {(base) => (
              <>
                <p>
                  {from.version === base.version
                    ? editTexts().startsFrom(from.version, base.version + 1)
                    : editTexts().startsFromOlder(from.version, base.version, base.version + 1)}
                </p>
                <Editor
                  storageKey={`${workspaceInAddress() ?? ""}/${name}/${from.version}`}
                  initial={{ name, draft: draftOf(from), base }}
                />
              </>
            )}
          </Loading>
        )}
      </Loading>
    </>
  );
}
