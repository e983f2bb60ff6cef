import { workspaceInAddress } from "../../app/navigation.ts";
import { fieldTexts } from "../../texts/edit-fields.ts";
import { emptyDraft } from "./draft.ts";
import { Editor } from "./editor.tsx";

/** Registers a new prompt. */
export function NewPage() {
  return (
    <>
      <h1 tabIndex={-1}>{fieldTexts().newTitle}</h1>
      <Editor
        storageKey={`${workspaceInAddress() ?? ""}//new`}
        initial={{ name: "", draft: emptyDraft(), base: undefined }}
      />
    </>
  );
}
