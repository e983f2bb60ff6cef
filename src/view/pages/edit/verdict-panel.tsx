import { Points } from "../../components/points.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { editTexts } from "../../texts/edit.ts";
import type { Version } from "./draft.ts";
import type { Verdict } from "./use-verdict.ts";

type Registered = Answer<"register_prompt">;

/** What the change means for callers, and what is live after it, while the person writes. */
export function VerdictPanel({
  verdict: { answer, failure, isChecking },
  base,
  isValid,
  overtaken,
  onConflict,
}: {
  readonly verdict: Verdict;
  readonly base: Version | undefined;
  readonly isValid: boolean;
  /** The version that somebody saved meanwhile. */
  readonly overtaken: number | undefined;
  /** Opens the ways to go on then. */
  readonly onConflict: () => void;
}) {
  const isOvertaken = overtaken !== undefined;

  return (
    <section class="verdict" aria-labelledby="verdict-title" aria-busy={isChecking}>
      <h2 id="verdict-title">{editTexts().verdict}</h2>
      <p
        role="status"
        class={`verdict-line ${toneOf(answer, failure !== undefined || isOvertaken)}`}
      >
        {!isValid && editTexts().invalid}
        {isValid && isOvertaken && editTexts().conflictNotice(overtaken)}
        {isValid && failure && !isOvertaken && editTexts().cannotSave}
        {isValid && answer && !isOvertaken && headline(answer, base)}
        {isValid && !failure && !answer && isChecking && editTexts().checking}
        {isValid && !failure && !answer && !isChecking && !base && editTexts().unknown}
      </p>
      {isValid && isOvertaken && (
        <button type="button" onClick={onConflict}>
          {editTexts().seeConflict}
        </button>
      )}
      {isValid && failure && !isOvertaken && (
        <p class="pre">
          <ServerText text={failure.message} />
        </p>
      )}
      {isValid && answer && !isOvertaken && <Details answer={answer} base={base} />}
    </section>
  );
}

/** Whether the newest version has this content already. */
export function isUnchanged(answer: Registered | undefined, base: Version | undefined): boolean {
  return answer !== undefined && answer.version === base?.version;
}

function headline(answer: Registered, base: Version | undefined): string {
  if (isUnchanged(answer, base)) return editTexts().unchanged(answer.version);
  switch (answer.contract_change?.verdict) {
    case undefined:
      return editTexts().newPrompt;
    case "same":
    case "compatible":
      return editTexts().same;
    case "adds_optional":
      return editTexts().addsOptional;
    case "unclear":
      return editTexts().unclear;
    case "breaking":
      return editTexts().breaking;
  }
}

function toneOf(answer: Registered | undefined, failed: boolean): string {
  if (failed || answer?.problem !== undefined) return "bad";
  const verdict = answer?.contract_change?.verdict;
  if (verdict === "breaking") return "bad";
  return verdict === "unclear" || answer?.refusal !== undefined ? "careful" : "good";
}

function Details({
  answer,
  base,
}: {
  readonly answer: Registered;
  readonly base: Version | undefined;
}) {
  const notes = [...(answer.warnings ?? []), ...(answer.hints ?? [])];
  const { problem, refusal } = answer;
  return (
    <>
      <Points items={(answer.contract_change?.reasons ?? []).map(({ says }) => says)} />
      {problem !== undefined && (
        <p>
          {editTexts().unfillable} <ServerText text={problem} />
        </p>
      )}
      {!isUnchanged(answer, base) && <p>{served(answer.served)}</p>}
      {refusal !== undefined && (
        <>
          <h3>{editTexts().refused}</h3>
          <p>
            <ServerText text={refusal} />
          </p>
        </>
      )}
      {notes.length > 0 && (
        <>
          <h3>{editTexts().notes}</h3>
          <Points items={notes} />
        </>
      )}
    </>
  );
}

function served({ before, after }: Registered["served"]): string {
  if (after === undefined) return editTexts().servedNone;
  if (before === undefined) return editTexts().servedStarts(after);
  return before === after ? editTexts().servedStays(after) : editTexts().servedMoves(before, after);
}
