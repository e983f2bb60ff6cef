import { ask } from "../../app/dialogs.ts";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { editTexts } from "../../texts/edit.ts";
import { timeText } from "../../texts/texts.ts";
import { contentText } from "./content-text.ts";
import type { Draft, Version } from "./draft.ts";
import { keepsDrafts, type Work } from "./stored-work.ts";

/** What to know about the draft: which version it follows, where it comes from, what was set aside. */
export function DraftNotes({
  work,
  startedFrom,
  isDirty,
  restoredAt,
  onDiscard,
  onWork,
}: {
  readonly work: Work;
  /** The newest version when the page was opened. */
  readonly startedFrom: Version | undefined;
  readonly isDirty: boolean;
  readonly restoredAt: string | undefined;
  readonly onDiscard: () => void;
  readonly onWork: (work: Work) => void;
}) {
  const { draft, base, aside } = work;
  const discard = async () => {
    const { discard: title, discardText: text } = editTexts();
    const answer = await ask({ title, text, yes: title, no: common().cancel });
    if (answer === true) onDiscard();
  };
  return (
    <>
      {base && base.version !== startedFrom?.version && (
        <p class="note">{editTexts().follows(base.version + 1, base.version)}</p>
      )}
      {restoredAt !== undefined && isDirty && (
        <div class="note">
          <p>{editTexts().restored(timeText(restoredAt))}</p>
          <button type="button" onClick={discard}>
            {editTexts().discard}
          </button>
        </div>
      )}
      {isDirty && !keepsDrafts.value && <p class="note">{editTexts().notKept}</p>}
      {aside && (
        <Aside
          aside={aside}
          onTakeBack={() => onWork({ ...withoutAside(work), draft: aside })}
          onDrop={() => onWork({ ...withoutAside(work), draft })}
        />
      )}
    </>
  );
}

function withoutAside({ aside: _, ...work }: Work): Work {
  return work;
}

function Aside({
  aside,
  onTakeBack,
  onDrop,
}: {
  readonly aside: Draft;
  readonly onTakeBack: () => void;
  readonly onDrop: () => void;
}) {
  return (
    <details class="note">
      <summary>{editTexts().aside}</summary>
      <pre>
        <PlainText text={contentText(aside)} />
      </pre>
      <div class="buttons">
        <button type="button" onClick={onTakeBack}>
          {editTexts().takeBack}
        </button>
        <button type="button" onClick={onDrop}>
          {editTexts().dropAside}
        </button>
      </div>
    </details>
  );
}
