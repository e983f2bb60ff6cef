import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { ConflictStep } from "./conflict-step.tsx";
import { DraftNotes } from "./draft-notes.tsx";
import { NewFields } from "./new-fields.tsx";
import { registrationOf } from "./registration.ts";
import { ReviewStep } from "./review-step.tsx";
import type { Work } from "./stored-work.ts";
import { overtakenBy, useVerdict } from "./use-verdict.ts";
import { useWork } from "./use-work.ts";
import { WritingStep } from "./writing-step.tsx";

/** The editor of a version to be: writing, looking at the difference, and settling a conflict. */
export function Editor({
  storageKey,
  initial,
}: {
  /** Under which the browser keeps the draft. */
  readonly storageKey: string;
  readonly initial: Work;
}) {
  const { work, setWork, isDirty, restoredAt, discard, forget } = useWork(storageKey, initial);
  const [step, setStep] = useState<"writing" | "review" | "conflict">("writing");
  const { name, draft, base } = work;
  const made = registrationOf(name, draft, base);
  const registration = "registration" in made && name !== "" ? made.registration : undefined;
  const verdict = useVerdict(registration);
  const [foundBySaving, setFoundBySaving] = useState(0);
  const newest = Math.max(foundBySaving, overtakenBy(verdict.failure) ?? 0);
  // A verdict may be older than the base that the draft follows now.
  const overtaken = base && newest > base.version ? newest : undefined;
  const settle = () => setStep("conflict");
  useStepFocus(step);

  const goOn = (next: Omit<Work, "name">, said: string) => {
    setWork({ name, ...next });
    setStep("writing");
    announce(said);
  };
  return (
    <>
      {/* Hidden and not gone: its text areas keep what can be undone. */}
      <div hidden={step !== "writing"}>
        <DraftNotes
          work={work}
          startedFrom={initial.base}
          isDirty={isDirty}
          restoredAt={restoredAt}
          onDiscard={discard}
          onWork={setWork}
        />
        <WritingStep
          draft={draft}
          base={base}
          verdict={verdict}
          problems={"problems" in made ? made.problems : undefined}
          isComplete={registration !== undefined}
          onDraft={(change) => setWork((last) => ({ ...last, draft: change(last.draft) }))}
          onReview={() => setStep("review")}
          overtaken={overtaken}
          onConflict={settle}
        >
          {!base && (
            <NewFields
              work={work}
              isTaken={overtakenBy(verdict.failure) !== undefined}
              onWork={setWork}
            />
          )}
        </WritingStep>
      </div>
      {step === "review" && registration && (
        <ReviewStep
          work={work}
          verdict={verdict}
          registration={registration}
          onMessage={(commitMessage) =>
            setWork((last) => ({ ...last, draft: { ...last.draft, commitMessage } }))
          }
          onSaved={forget}
          overtaken={overtaken}
          onOvertaken={setFoundBySaving}
          onConflict={settle}
          onBack={() => setStep("writing")}
        />
      )}
      {step === "conflict" && base && overtaken !== undefined && (
        <ConflictStep
          name={name}
          draft={draft}
          base={base}
          overtaken={overtaken}
          onWork={goOn}
          onBack={() => setStep("writing")}
        />
      )}
    </>
  );
}

/** A step that opens gets the focus, so that people know where they are. */
function useStepFocus(step: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) document.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus();
    first.current = false;
  }, [step]);
}
