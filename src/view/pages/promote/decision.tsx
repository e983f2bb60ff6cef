import { useId, useState } from "preact/hooks";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import { promoteTexts } from "../../texts/promote.ts";
import type { Plan } from "./move-facts.tsx";
import { Permission } from "./permission.tsx";
import type { Moved } from "./promote-page.tsx";

/** As many as the server takes (`reasonLength`). */
const reasonLength = 300;

/** The person's decision: reason, permissions, and the button that moves the alias. */
export function Decision({
  plan,
  isOld,
  reason,
  onReason,
  onMoved,
  onConflict,
}: {
  readonly plan: Plan;
  /** What is true now is being read: there is nothing to agree to yet. */
  readonly isOld: boolean;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onMoved: (moved: Moved) => void;
  readonly onConflict: () => void;
}) {
  const id = useId();
  const { name, alias, version, previous_version: previous, planned } = plan;
  const needs = {
    breaking: (planned?.breaks.length ?? 0) > 0,
    override: (planned?.lacks.length ?? 0) > 0,
  };
  // A permission is for what was shown with it. What is read again has to be permitted again.
  const [breaks, setBreaks] = useState<Plan>();
  const [overrides, setOverrides] = useState<Plan>();
  const [asked, setAsked] = useState<Plan>();
  const allowBreaking = breaks === plan;
  const overrideGate = overrides === plan;
  const [failure, setFailure] = useState<CallFailure>();
  const [isMoving, setMoving] = useState(false);
  const isBusy = isMoving || isOld;
  const lacksReason = needs.override && reason.trim() === "";
  const isReady =
    (!needs.breaking || allowBreaking) && (!needs.override || overrideGate) && !lacksReason;

  const move = async () => {
    setMoving(true);
    setFailure(undefined);
    try {
      onMoved(
        await callTool("set_prompt_alias", {
          ...{ name, alias, version, expected_version: previous ?? 0 },
          ...(reason.trim() === "" ? {} : { reason }),
          allow_breaking: allowBreaking,
          override_gate: overrideGate,
        }),
      );
    } catch (error) {
      setMoving(false);
      const failed = toFailure(error);
      // Without a reason: the alias points elsewhere than what was shown.
      if (failed.subject.kind === "conflict") onConflict();
      if (failed.subject.kind !== "conflict" || failed.subject.reason) setFailure(failed);
    }
  };
  const wrong = (isWrong: boolean, text: string) => (asked === plan && isWrong ? text : undefined);
  const reasonProblem = wrong(lacksReason, promoteTexts().reasonNeeded);

  return (
    <form
      class="decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (isBusy) return;
        setAsked(plan);
        if (isReady) void move();
      }}
    >
      <h2>{promoteTexts().decide}</h2>
      <label for={id}>{promoteTexts().reason}</label>
      <textarea
        id={id}
        rows={2}
        value={reason}
        maxLength={reasonLength}
        aria-describedby={`${id}-help`}
        aria-invalid={reasonProblem !== undefined}
        onInput={({ currentTarget }) => onReason(currentTarget.value)}
      />
      <p id={`${id}-help`} class={reasonProblem === undefined ? "quiet" : "wrong"}>
        {reasonProblem ?? promoteTexts().reasonHelp}
      </p>
      {needs.breaking && (
        <Permission
          label={promoteTexts().allowBreaking}
          isGiven={allowBreaking}
          problem={wrong(!allowBreaking, promoteTexts().allowNeeded)}
          onChange={(isGiven) => setBreaks(isGiven ? plan : undefined)}
        />
      )}
      {needs.override && (
        <Permission
          label={promoteTexts().overrideGate}
          isGiven={overrideGate}
          problem={wrong(!overrideGate, promoteTexts().overrideNeeded)}
          onChange={(isGiven) => setOverrides(isGiven ? plan : undefined)}
        />
      )}
      {failure?.subject.kind === "forbidden" && isUnanswered(failure) ? (
        <p role="alert" class="note">
          {promoteTexts().declined}
        </p>
      ) : (
        failure && <Failure failure={failure} />
      )}
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isMoving ? promoteTexts().moving : promoteTexts().submit(alias, version)}
      </button>
    </form>
  );
}

/** The person said no, or closed the question. */
function isUnanswered({ subject: { reason } }: CallFailure): boolean {
  return reason === "declined" || reason === "dismissed";
}
