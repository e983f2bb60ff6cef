import { useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { DifferenceLayout } from "../../components/difference-layout.tsx";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { common } from "../../texts/common.ts";
import { editTexts } from "../../texts/edit.ts";
import { timeText } from "../../texts/texts.ts";
import { contentText } from "./content-text.ts";
import { type Draft, draftOf, type Version } from "./draft.ts";
import { DraftDifferences } from "./draft-differences.tsx";
import { MergeStep } from "./merge-step.tsx";
import { applyMerge, conflictsOf, mergeDrafts } from "./merging.ts";
import { rebase } from "./registration.ts";
import type { Work } from "./stored-work.ts";

/** Somebody saved a version meanwhile: what they changed, what the person changed, and three ways on. */
export function ConflictStep({
  name,
  draft,
  base,
  overtaken,
  onWork,
  onBack,
}: {
  readonly name: string;
  readonly draft: Draft;
  readonly base: Version;
  /** The newest version now. */
  readonly overtaken: number;
  readonly onWork: (work: Omit<Work, "name">, said: string) => void;
  readonly onBack: () => void;
}) {
  const loaded = useAnswer("load_prompt", { name, version: overtaken });
  return (
    <>
      <h2 tabIndex={-1} data-step="conflict">
        {editTexts().conflictTitle(overtaken)}
      </h2>
      <Loading of={loaded}>
        {(theirs) => <Choices draft={draft} base={base} theirs={theirs} onWork={onWork} />}
      </Loading>
      <button type="button" onClick={onBack}>
        {editTexts().back}
      </button>
    </>
  );
}

function Choices({
  draft,
  base,
  theirs,
  onWork,
}: {
  readonly draft: Draft;
  readonly base: Version;
  readonly theirs: Version;
  readonly onWork: (work: Omit<Work, "name">, said: string) => void;
}) {
  const [isMerging, setMerging] = useState(false);
  const [before, after] = [draftOf(base), draftOf(theirs)];
  const slots = mergeDrafts(before, draft, after);
  const take = (taken: Draft) => onWork({ draft: taken, base: theirs }, editTexts().merged);
  if (isMerging) {
    return (
      <MergeStep
        slots={slots}
        onDone={(choices) => take(applyMerge(slots, choices, draft, after))}
      />
    );
  }
  const merge = () => {
    if (conflictsOf(slots).length > 0) return setMerging(true);
    take(applyMerge(slots, new Map(), draft, after));
  };
  const keepMine = () =>
    onWork(
      { draft: rebase(draft, base, theirs), base: theirs },
      editTexts().mineOnTop(theirs.version),
    );
  const takeTheirs = () =>
    onWork({ draft: after, base: theirs, aside: draft }, editTexts().mineOnTop(theirs.version));
  return (
    <>
      <p>
        <PlainText
          text={editTexts().conflictBy(
            theirs.author ?? common().nobody,
            timeText(theirs.created_at),
          )}
        />{" "}
        {theirs.commit_message !== "" && (
          <PlainText text={editTexts().conflictSays(theirs.commit_message)} />
        )}
      </p>
      <p>{editTexts().conflictHelp}</p>
      <ul class="ways">
        <Way label={editTexts().merge} help={editTexts().mergeHelp} onChoose={merge} />
        <Way label={editTexts().keepMine} help={editTexts().keepMineHelp} onChoose={keepMine} />
        <Way
          label={editTexts().takeTheirs}
          help={editTexts().takeTheirsHelp}
          onChoose={takeTheirs}
        />
      </ul>
      <DifferenceLayout />
      <section class="side-of-conflict">
        <h2>{editTexts().theirChange(theirs.version)}</h2>
        <DraftDifferences before={before} after={after} />
      </section>
      <section class="side-of-conflict">
        <h2>{editTexts().yourChange}</h2>
        <DraftDifferences before={before} after={draft} />
      </section>
      <details>
        <summary>{editTexts().commonBase(base.version)}</summary>
        <pre>
          <PlainText text={contentText(before)} />
        </pre>
      </details>
    </>
  );
}

function Way({
  label,
  help,
  onChoose,
}: {
  readonly label: string;
  readonly help: string;
  readonly onChoose: () => void;
}) {
  return (
    <li>
      <button type="button" onClick={onChoose}>
        {label}
      </button>
      <span>{help}</span>
    </li>
  );
}
