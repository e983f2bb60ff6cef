import { useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { navigate } from "../../app/navigation.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { DifferenceLayout } from "../../components/difference-layout.tsx";
import { Failure } from "../../components/failure.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import { editTexts } from "../../texts/edit.ts";
import { contentText } from "./content-text.ts";
import { draftOf } from "./draft.ts";
import { DraftDifferences } from "./draft-differences.tsx";
import type { Registration } from "./registration.ts";
import type { Work } from "./stored-work.ts";
import { overtakenBy, type Verdict } from "./use-verdict.ts";
import { VerdictPanel } from "./verdict-panel.tsx";

/** The difference, what it means, why it was made: then it is saved. */
export function ReviewStep({
  work: { draft, base },
  verdict,
  registration,
  onMessage,
  onSaved,
  overtaken,
  onOvertaken,
  onConflict,
  onBack,
}: {
  readonly work: Work;
  readonly verdict: Verdict;
  readonly registration: Registration;
  readonly onMessage: (message: string) => void;
  /** Called before the view leaves the page. */
  readonly onSaved: () => void;
  /** The version that somebody saved meanwhile. */
  readonly overtaken: number | undefined;
  /** Called when saving found such a version. */
  readonly onOvertaken: (version: number) => void;
  readonly onConflict: () => void;
  readonly onBack: () => void;
}) {
  const [failure, setFailure] = useState<CallFailure>();
  const [isSaving, setSaving] = useState(false);
  const isRefused = verdict.answer?.refusal !== undefined;
  const isBlocked = isSaving || overtaken !== undefined;
  const save = async () => {
    if (isBlocked) return;
    setSaving(true);
    setFailure(undefined);
    try {
      const { name, version, overtaken } = await callTool("register_prompt", {
        ...registration,
        allow_breaking: isRefused,
      });
      onSaved();
      const others = overtaken.map((one) => one.version).join(", ");
      const { saved, overtaken: sayOvertaken } = editTexts();
      announce(others === "" ? saved(version) : sayOvertaken(version, others));
      await navigate({ page: "prompt", name, at: String(version) });
    } catch (error) {
      const failed = toFailure(error);
      setSaving(false);
      setFailure(failed);
      onOvertaken(overtakenBy(failed) ?? 0);
    }
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div>
        <h2 tabIndex={-1} data-step="review">
          {editTexts().reviewTitle}
        </h2>
        {base ? (
          <>
            <p>{editTexts().reviewBase(base.version)}</p>
            <DifferenceLayout />
            <DraftDifferences before={draftOf(base)} after={draft} />
          </>
        ) : (
          <pre>
            <PlainText text={contentText(draft)} />
          </pre>
        )}
      </div>
      <div class="editor-side">
        <VerdictPanel
          verdict={verdict}
          base={base}
          isValid
          overtaken={overtaken}
          onConflict={onConflict}
        />
        <div class="field">
          <label for="commit-message">{editTexts().commitMessage}</label>
          <textarea
            id="commit-message"
            rows={3}
            value={draft.commitMessage}
            aria-describedby="commit-help"
            onInput={({ currentTarget }) => onMessage(currentTarget.value)}
          />
          <p id="commit-help" class="quiet">
            {editTexts().commitHelp}
          </p>
        </div>
        {failure && overtaken === undefined && <Failure failure={failure} />}
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={isBlocked}>
            {isSaving ? editTexts().saving : isRefused ? editTexts().saveAnyway : editTexts().save}
          </button>
          <button type="button" onClick={onBack}>
            {editTexts().back}
          </button>
        </div>
      </div>
    </form>
  );
}
